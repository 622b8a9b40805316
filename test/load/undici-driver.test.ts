import { describe, expect, test } from 'vitest';
import { planItems, requestListSchema } from '../../src/core/request-list.ts';
import { failedCount, failureClasses, GET_TEST, run, shortPlan } from './plans.ts';
import { OK_ANSWER, startScriptedServer } from './scripted-server.ts';

const ONE = { kind: 'connections', connections: 1 } as const;
/** To a HEAD too: the length of what a GET would give. */
const HEAD_ONLY = 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n';

describe('the driver undici', () => {
  test('keeps a connection that thinks longer than the server says it will keep it', async () => {
    const answer = OK_ANSWER.replace('Content-Type', 'Keep-Alive: timeout=1\r\nContent-Type');
    await using server = await startScriptedServer((socket) => void socket.write(answer));
    const think_time = { kind: 'constant', s: 1.5 } as const;
    const model = { kind: 'users', users: 1, think_time, ramp_users_per_s: 100 } as const;
    const result = await run(shortPlan(server.port, { driver: 'undici', model, warmup_s: 0, window_s: 3.5 }));
    expect(result.ok).toBeGreaterThan(1);
    expect([failedCount(result), result.stale_connections, server.connections()]).toEqual([0, 0, 1]);
  });

  test('goes on after a HEAD on the same connection', async () => {
    await using server = await startScriptedServer(
      (socket, n) => void socket.write(n % 2 === 1 ? HEAD_ONLY : OK_ANSWER),
    );
    const list = requestListSchema.parse([{ sequence: [{ request: 'HEAD /test' }, { request: 'GET /test' }] }]);
    const workload = planItems(list, () => ({ statuses: [200], json: null }));
    const result = await run(shortPlan(server.port, { driver: 'undici', workload, model: ONE, window_s: 0.3 }));
    expect([failedCount(result), result.stale_connections, server.connections()]).toEqual([0, 0, 1]);
    expect(result.iterations?.completed).toBeGreaterThan(10);
    expect(result.iterations?.broken).toBe(0);
  });

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
  ])('opens another connection after an answer to %s behind which undici closes', async (method, answer) => {
    await using server = await startScriptedServer((socket) => void socket.write(answer));
    const request = { ...GET_TEST, method, expect: { statuses: [200, 304], json: null } };
    const result = await run(shortPlan(server.port, { driver: 'undici', request, model: ONE, window_s: 0.3 }));
    expect([failedCount(result), result.stale_connections]).toEqual([0, 0]);
    expect(result.ok).toBeGreaterThan(5);
  });

  test.each([
    ['keeps it open', false],
    ['closes it', true],
  ])('opens another connection after each answer of HTTP/1.0, where the server %s', async (_, closes) => {
    const answer = OK_ANSWER.replace('HTTP/1.1', 'HTTP/1.0');
    await using server = await startScriptedServer(
      (socket) => void (closes ? socket.end(answer) : socket.write(answer)),
    );
    const request = { ...GET_TEST, method: 'POST' };
    const result = await run(shortPlan(server.port, { driver: 'undici', request, model: ONE, window_s: 0.3 }));
    expect([failedCount(result), result.stale_connections]).toEqual([0, 0]);
    expect(result.ok).toBeGreaterThan(5);
    expect(server.connections()).toBeGreaterThanOrEqual(result.sent_total);
  });

  test('calls an answer that is none a failure of protocol, whoever notices it first', async () => {
    await using server = await startScriptedServer((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    });
    const result = await run(shortPlan(server.port, { driver: 'undici', timeout_s: 0.3, window_s: 0.3 }));
    expect(failureClasses(result)).toEqual(['protocol']);
  });

  test('ends the run where it does not send a request, which is no failure of the server', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const request = { ...GET_TEST, headers: { Expect: '100-continue' } };
    const plan = shortPlan(server.port, { driver: 'undici', request });
    await expect(run(plan)).rejects.toThrow(/load engine: .*undici does not send this request: expect header/s);
    await expect(run({ ...plan, threads: 2 })).rejects.toThrow(/undici does not send this request/);
    expect(server.requests()).toBe(0);
  });
});

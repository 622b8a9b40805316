import { describe, expect, test } from 'vitest';
import { always, type LoadModel } from '../../src/core/load-plan.ts';
import { failedCount, failureClasses, GET_TEST, run, shortPlan } from './plans.ts';
import { OK_ANSWER, type Script, startScriptedServer } from './scripted-server.ts';

/** Ends each connection after three answers, without announcing it: what a keep-alive limit looks like from outside. */
const endsAfterThree: Script = (socket, _, nOnSocket) => {
  if (nOnSocket < 3) socket.write(OK_ANSWER);
  else socket.write(OK_ANSWER, () => socket.resetAndDestroy());
};

const usersWho = (s: number): LoadModel => ({
  kind: 'users',
  users: 4,
  think_time: { kind: 'constant', s },
  ramp_users_per_s: 100,
});

describe('users whom the server refuses', () => {
  test('think all the same before they ask again', async () => {
    await using server = await startScriptedServer((socket) => void socket.destroy());
    const result = await run(shortPlan(server.port, { model: usersWho(1), warmup_s: 0, window_s: 1 }));
    expect(failureClasses(result)).toEqual(['reset']);
    expect(result.requests).toBe(4);
    expect(result.think_time_mean_s).toBeCloseTo(1, 6);
  });
});

describe('a kept connection on which the server says something that nobody asked for', () => {
  test('is not used any more, and counted', async () => {
    await using server = await startScriptedServer((socket) => {
      socket.write(OK_ANSWER);
      setTimeout(() => socket.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n'), 50);
    });
    const result = await run(shortPlan(server.port, { model: usersWho(0.2), warmup_s: 0, window_s: 0.5 }));
    expect(failedCount(result)).toBe(0);
    expect(result.stale_connections).toBeGreaterThanOrEqual(2);
    expect(server.connections()).toBe(result.sent_total);
  });
});

function pathOf(bytes: Buffer): string {
  return bytes.toString('latin1').split(' ')[1] ?? '';
}

describe.concurrent('a kept connection that the server closed', () => {
  test('is counted, and its idempotent request sent once more on a new one', async () => {
    await using server = await startScriptedServer(endsAfterThree);
    const result = await run(shortPlan(server.port));
    expect(failedCount(result)).toBe(0);
    expect(result.stale_connections).toBeGreaterThan(0);
    expect(result.ok).toBeGreaterThan(0);
    expect(result.sent_total).toBe(server.requests());
  });

  test.each(['socket', 'undici'] as const)('has the very same request sent again, by the driver %s', async (driver) => {
    const paths: string[] = [];
    // Takes the second request of each connection without an answer.
    await using server = await startScriptedServer(
      (socket, _, nOnSocket) => {
        if (nOnSocket === 1) socket.write(OK_ANSWER);
        else socket.resetAndDestroy();
      },
      { onConnection: (socket) => socket.on('data', (bytes: Buffer) => paths.push(pathOf(bytes))) },
    );
    const request = { ...GET_TEST, method: 'PUT', path: '/{{uuid}}' };
    const model = { kind: 'connections', connections: 1 } as const;
    const result = await run(shortPlan(server.port, { driver, request, model, warmup_s: 0, window_s: 0.3 }));
    expect(failedCount(result)).toBe(0);
    expect(result.stale_connections).toBeGreaterThan(2);
    // One that was never answered comes again; no other does.
    const repeated = paths.filter((path, i) => path === paths[i - 1]);
    expect(repeated).toHaveLength(result.stale_connections);
    expect(new Set(paths).size).toBe(paths.length - repeated.length);
  });

  test('fails a request that must not be repeated', async () => {
    await using server = await startScriptedServer(endsAfterThree);
    const plan = shortPlan(server.port);
    const result = await run({ ...plan, workload: always({ ...GET_TEST, method: 'POST' }) });
    expect(failureClasses(result)).toEqual(['reset']);
    expect(result.stale_connections).toBeGreaterThan(0);
  });

  test('while the user thinks costs the next request a connection, not an error', async () => {
    await using server = await startScriptedServer((socket) => {
      socket.write(OK_ANSWER, () => setTimeout(() => socket.end(), 10));
    });
    const result = await run(
      shortPlan(server.port, {
        model: { kind: 'users', users: 4, think_time: { kind: 'constant', s: 0.1 }, ramp_users_per_s: 100 },
        window_s: 0.8,
      }),
    );
    expect(failedCount(result)).toBe(0);
    expect(result.stale_connections).toBeGreaterThan(4);
    expect(result.sent_total).toBe(server.requests());
  });
});

import { describe, expect, test } from 'vitest';
import type { LoadModel, ModelOf } from '../../src/core/load-plan.ts';
import { failedCount, recordedMs, run, shortPlan } from './plans.ts';
import { OK_ANSWER, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const rate = (change: Partial<ModelOf<'rate'>> = {}): LoadModel => ({
  kind: 'rate',
  rate_rps: 200,
  arrivals: 'constant',
  connections: 4,
  max_connections: 100,
  ...change,
});

const prompt = (): Promise<ScriptedServer> => startScriptedServer((socket) => void socket.write(OK_ANSWER));

/** A server that answers nothing for `stallMs`, from its `nth` request on, then all of it. */
async function stalling(nth: number, stallMs: number): Promise<ScriptedServer> {
  let held: (() => void)[] | null = null;
  return await startScriptedServer((socket, n) => {
    const answer = (): void => void socket.write(OK_ANSWER);
    if (n === nth) {
      held = [];
      setTimeout(() => {
        const all = held ?? [];
        held = null;
        for (const each of all) each();
      }, stallMs);
    }
    if (held === null) answer();
    else held.push(answer);
  });
}

describe('an open model', () => {
  test.each(['constant', 'poisson'] as const)('plans exactly its rate, with %s arrivals', async (arrivals) => {
    await using server = await prompt();
    const result = await run(shortPlan(server.port, { model: rate({ arrivals }), warmup_s: 0.25, window_s: 1 }));
    expect([result.requests, result.ok, failedCount(result)]).toEqual([200, 200, 0]);
    expect(result.sent_total).toBe(250);
    expect(server.requests()).toBe(250);
    expect(result).toMatchObject({ model: 'rate', rate_rps: 200, arrivals, users: null, connections: 100 });
  });

  test('plans the same whatever the server does: what a stall delays counts from its planned time', async () => {
    await using server = await stalling(60, 400);
    const result = await run(shortPlan(server.port, { model: rate(), warmup_s: 0.1, window_s: 1 }));
    expect(result.requests).toBe(200);
    // 80 of 200 requests fall into the stall, and wait 200 ms of it on average.
    expect(recordedMs(result, 'latency', 0.99)).toBeGreaterThan(350);
    expect(recordedMs(result, 'latency', 0.7)).toBeGreaterThan(40);
    expect(result.connections_opened).toBeGreaterThan(60);
  });

  test('has requests wait for a connection when all are taken, as part of their latency', async () => {
    await using server = await stalling(60, 400);
    const model = rate({ connections: 2, max_connections: 2 });
    const result = await run(shortPlan(server.port, { model, warmup_s: 0.1, window_s: 1 }));
    expect([result.requests, result.ok]).toEqual([200, 200]);
    expect(server.connections()).toBe(2);
    expect(recordedMs(result, 'conn_wait', 0.99)).toBeGreaterThan(300);
    expect(recordedMs(result, 'latency', 0.99)).toBeGreaterThan(350);
    // Two requests were in the server while it stood still; the others had not been sent.
    expect(recordedMs(result, 'service', 0.98)).toBeLessThan(100);
  });

  test('gives up what has waited for the timeout, as such, and ends in time', async () => {
    await using server = await startScriptedServer(() => undefined);
    const model = rate({ connections: 2, max_connections: 2 });
    const began = performance.now();
    const result = await run(shortPlan(server.port, { model, warmup_s: 0, window_s: 0.5, timeout_s: 0.3 }));
    expect(result.requests).toBe(100);
    expect(result.failed.timeout).toBe(100);
    expect(recordedMs(result, 'latency', 0.5)).toBeGreaterThanOrEqual(300);
    expect(performance.now() - began).toBeLessThan(4000);
  });

  test('opens its connections before the first arrival, and takes them in turn', async () => {
    const perSocket = new Map<unknown, number>();
    await using server = await startScriptedServer((socket) => {
      perSocket.set(socket, (perSocket.get(socket) ?? 0) + 1);
      socket.write(OK_ANSWER);
    });
    await run(shortPlan(server.port, { model: rate({ connections: 10 }), warmup_s: 0, window_s: 0.5 }));
    expect(server.connections()).toBe(10);
    expect(Math.min(...perSocket.values())).toBeGreaterThanOrEqual(9);
  });

  test('takes a connection that the server closed while it was idle for none', async () => {
    await using server = await startScriptedServer((socket) => void socket.end(OK_ANSWER));
    const result = await run(shortPlan(server.port, { model: rate(), warmup_s: 0, window_s: 0.5 }));
    expect([result.requests, result.ok]).toEqual([100, 100]);
  });

  test('fails each request when nothing listens, and does not stop asking', async () => {
    const server = await prompt();
    await server[Symbol.asyncDispose]();
    const result = await run(shortPlan(server.port, { model: rate(), warmup_s: 0, window_s: 0.5 }));
    expect([result.requests, result.failed.connect]).toEqual([100, 100]);
    expect(result.connections_opened).toBe(0);
  });
});

describe('an open model whose first connections hang', () => {
  test('begins after a timeout all the same, and has each request fail by its own deadline', async () => {
    // Takes connections, and never says a word of the handshake that they ask for.
    await using server = await startScriptedServer(() => undefined);
    const began = performance.now();
    const result = await run(
      shortPlan(server.port, {
        model: rate(),
        scheme: 'https',
        driver: 'undici',
        warmup_s: 0,
        window_s: 0.3,
        timeout_s: 0.4,
      }),
    );
    expect([result.requests, result.failed.connect]).toEqual([60, 60]);
    expect(result.ramp_s).toBeGreaterThanOrEqual(0.4);
    expect(result.ramp_s).toBeLessThan(1);
    expect(performance.now() - began).toBeLessThan(6000);
  });
});

describe('the rows of an open model', () => {
  test('count what waits for a connection as in flight', async () => {
    await using server = await startScriptedServer(() => undefined);
    const model = rate({ rate_rps: 100, connections: 2, max_connections: 2 });
    const result = await run(shortPlan(server.port, { model, warmup_s: 0, window_s: 0.5, timeout_s: 1 }));
    const atEnd = result.seconds.findLast(({ phase }) => phase === 'window');
    expect(atEnd?.in_flight).toBeGreaterThan(45);
    expect(result.seconds.every(({ longest_turn_ms }) => (longest_turn_ms ?? -1) >= 0)).toBe(true);
  });
});

describe('an open model in stages', () => {
  test('rises, falls and jumps as declared, in a window of all stages', async () => {
    await using server = await prompt();
    const model: LoadModel = {
      kind: 'stages',
      stages: [
        { from_rps: 100, to_rps: 100, for_s: 0.5 },
        { from_rps: 100, to_rps: 500, for_s: 0.5 },
        { from_rps: 1000, to_rps: 1000, for_s: 0.2 },
      ],
      arrivals: 'constant',
      connections: 10,
      max_connections: 100,
    };
    const result = await run(shortPlan(server.port, { model, warmup_s: 0.2, window_s: 60 }));
    expect(result.duration_s).toBeCloseTo(1.2, 6);
    expect(result.requests).toBe(50 + 150 + 200);
    expect(result.sent_total).toBe(20 + 400);
    expect(result.rate_rps).toBeCloseTo(400 / 1.2, 6);
  });
});

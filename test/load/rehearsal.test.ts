import { describe, expect, test } from 'vitest';
import type { LoadModel } from '../../src/core/load-plan.ts';
import { run, shortPlan } from './plans.ts';
import { OK_ANSWER, startScriptedServer } from './scripted-server.ts';

const think_time = { kind: 'constant', s: 0.05 } as const;
const pool = { arrivals: 'constant', connections: 4, max_connections: 20 } as const;
const MODELS: readonly LoadModel[] = [
  { kind: 'connections', connections: 4 },
  { kind: 'users', users: 4, think_time, ramp_users_per_s: 100 },
  { kind: 'rate', rate_rps: 100, ...pool },
  { kind: 'stages', stages: [{ from_rps: 100, to_rps: 100, for_s: 0.3 }], ...pool },
];

describe('the rehearsal of the engine', () => {
  test.each(MODELS)('is in no figure, and sends nothing to the server under test: $kind', async (model) => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const began = performance.now();
    const result = await run(shortPlan(server.port, { model, rehearsal_s: 0.2, warmup_s: 0.1, window_s: 0.3 }));
    expect(server.requests()).toBe(result.sent_total);
    expect(result.ok).toBeGreaterThan(0);
    expect(result.seconds[0]?.t_s).toBe(0);
    const inRun_s = result.ramp_s + result.warmup_s + result.duration_s;
    // The first request came after a rehearsal that is in neither.
    expect((server.times[0] as number) - began).toBeGreaterThan(200);
    expect(inRun_s).toBeLessThan(1.5);
  });

  test('is held by each thread and by both drivers', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const plan = { rehearsal_s: 0.1, warmup_s: 0, window_s: 0.2 };
    for (const change of [{ threads: 2 }, { driver: 'undici' as const }]) {
      const before = server.requests();
      const result = await run(shortPlan(server.port, { ...plan, ...change }));
      expect(server.requests() - before).toBe(result.sent_total);
    }
  });

  test.each([1, 2])('ends at once with a run that is stopped, of %d threads', async (threads) => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const stop = new AbortController();
    const began = performance.now();
    const stopped = run(shortPlan(server.port, { threads, rehearsal_s: 10 }), {
      signal: stop.signal,
      onStart: () => void setTimeout(() => stop.abort(), 500),
    });
    await expect(stopped).rejects.toThrow();
    // Stopped after half a second, it ends within the two that a stopped engine has, and is not killed after four.
    expect(performance.now() - began).toBeLessThan(2500);
    expect(server.requests()).toBe(0);
  });
});

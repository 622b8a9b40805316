import { describe, expect, test } from 'vitest';
import type { LoadModel } from '../../src/core/load-plan.ts';
import { decodeHistogram } from '../../src/core/histogram.ts';
import { failedCount, recordedCount, run, shortPlan } from './plans.ts';
import { OK_ANSWER, startScriptedServer } from './scripted-server.ts';

const MODELS: readonly LoadModel[] = [
  { kind: 'connections', connections: 5 },
  { kind: 'users', users: 5, think_time: { kind: 'constant', s: 0.01 }, ramp_users_per_s: 50 },
  { kind: 'rate', rate_rps: 300, arrivals: 'constant', connections: 5, max_connections: 50 },
  { kind: 'rate', rate_rps: 300, arrivals: 'poisson', connections: 5, max_connections: 50 },
];

describe.concurrent.each(MODELS.map((model) => [model.kind === 'rate' ? model.arrivals : model.kind, model] as const))(
  'two threads, %s',
  (_, model) => {
    test('count exactly what the server saw', async () => {
      await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
      const result = await run(shortPlan(server.port, { model, threads: 2, window_s: 0.6 }));
      expect(result.threads).toBe(2);
      expect(failedCount(result)).toBe(0);
      expect(server.requests()).toBe(result.sent_total);
      expect(result.requests).toBe(result.ok);
      expect(recordedCount(result, 'latency')).toBe(result.requests);
      expect(recordedCount(result, 'turn')).toBe(result.requests);
      const inRows = result.seconds.reduce((sum, { answered }) => sum + answered, 0);
      expect(inRows).toBe(result.sent_total);
      const shown = Math.max(...result.seconds.map(({ max_ms }) => max_ms ?? 0));
      expect(shown).toBeGreaterThanOrEqual(decodeHistogram(result.histograms.latency).maxValue / 1000);
      if (model.kind === 'rate') expect(result.requests).toBe(180);
    });
  },
);

describe.concurrent('threads', () => {
  test('that would have nothing to do are not made', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const model: LoadModel = { kind: 'connections', connections: 1 };
    const result = await run(shortPlan(server.port, { model, threads: 4, window_s: 0.2 }));
    expect(result.threads).toBe(1);
  });

  test('are stopped with what they have measured', async () => {
    const stop = new AbortController();
    let left = Infinity;
    await using server = await startScriptedServer((socket) => {
      socket.write(OK_ANSWER);
      left -= 1;
      if (left === 0) stop.abort();
    });
    const result = await run(shortPlan(server.port, { threads: 2, warmup_s: 0, window_s: 60 }), {
      signal: stop.signal,
      onMessage: (message) => {
        if (message.type === 'phase' && message.phase === 'window') left = 500;
      },
    });
    expect(result.duration_s).toBeLessThan(10);
    expect(result.ok).toBeGreaterThan(0);
  });
});

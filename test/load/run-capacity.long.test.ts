import { describe, expect, test } from 'vitest';
import type { LoadModel } from '../../src/core/load-plan.ts';
import { type LoadMessage, loadResultSchema } from '../../src/core/load-result.ts';
import { recordedCount, run, shortPlan } from './plans.ts';
import { OK_ANSWER, startScriptedServer } from './scripted-server.ts';

const SERVICE_MS = 2;
const REFUSAL = 'HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n';

/** One request at a time, 2 ms each: its capacity is 500/s, near which it queues. */
function singleServer(): Parameters<typeof startScriptedServer>[0] {
  let freeAt = 0;
  return (socket) => {
    freeAt = Math.max(freeAt, performance.now()) + SERVICE_MS;
    const due = freeAt;
    const answer = (): void => {
      if (performance.now() < due) setImmediate(answer);
      else socket.write(OK_ANSWER);
    };
    answer();
  };
}

const search: LoadModel = {
  kind: 'capacity',
  limit: { quantile: 0.9, latency_ms: 30, error_rate: 0.05 },
  start_rps: 150,
  arrivals: 'constant',
  connections: 10,
  max_connections: 300,
};

describe('a capacity search', () => {
  test('reports no latency when nothing passes', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(REFUSAL));
    const result = await run(
      shortPlan(server.port, { model: { ...search, start_rps: 4 }, warmup_s: 1, window_s: 0.5 }),
    );
    expect(loadResultSchema.safeParse(result).success).toBe(true);
    expect(result.capacity?.rate_rps).toBeNull();
    expect(result.capacity?.ended).toBe('none');
    expect(result.capacity?.probes.map(({ rate_rps, outcome }) => [rate_rps, outcome])).toEqual([
      [4, 'failed'],
      [2, 'failed'],
      [1, 'failed'],
    ]);
    expect(Object.values(result.latency_ms).every((value) => value === null)).toBe(true);
    expect(recordedCount(result, 'latency') + recordedCount(result, 'service')).toBe(0);
    expect(result.seconds.length).toBeGreaterThan(0);
    expect(result.seconds.every(({ p50_ms, max_ms }) => p50_ms === null && max_ms === null)).toBe(true);
  });

  test('finds what a server of one request at a time can do, and reports its best step', async () => {
    await using server = await startScriptedServer(singleServer());
    const messages: LoadMessage[] = [];
    const result = await run(shortPlan(server.port, { model: search, warmup_s: 0.2, window_s: 0.6 }), {
      onMessage: (message) => messages.push(message),
    });
    expect(loadResultSchema.safeParse(result).success).toBe(true);
    const { capacity } = result;
    // At a constant rate nothing queues below 1 / 2 ms.
    expect(capacity?.rate_rps).toBeGreaterThan(350);
    expect(capacity?.rate_rps).toBeLessThan(550);
    expect(capacity?.ended).toMatch(/failed|undecided/);
    expect(result.rate_rps).toBe(capacity?.rate_rps);
    const passed = capacity?.probes.filter(({ outcome }) => outcome === 'passed').map(({ rate_rps }) => rate_rps) ?? [];
    expect(Math.max(...passed)).toBe(capacity?.rate_rps);
    expect(messages.filter(({ type }) => type === 'probe')).toHaveLength(capacity?.probes.length ?? 0);
    expect(capacity?.probes.every((probe) => !('latency_ms' in probe))).toBe(true);
  });
});

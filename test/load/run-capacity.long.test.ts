import { describe, expect, test } from 'vitest';
import type { LoadModel } from '../../src/core/load-plan.ts';
import { loadResultSchema } from '../../src/core/load-result.ts';
import { recordedCount, run, shortPlan } from './plans.ts';
import { startScriptedServer } from './scripted-server.ts';

const REFUSAL = 'HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n';

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
});

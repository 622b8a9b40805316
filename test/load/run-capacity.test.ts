import { describe, expect, test } from 'vitest';
import type { LoadModel } from '../../src/core/load-plan.ts';
import { loadResultSchema } from '../../src/core/load-result.ts';
import { run, shortPlan } from './plans.ts';
import { startScriptedServer } from './scripted-server.ts';

const search: LoadModel = {
  kind: 'capacity',
  limit: { quantile: 0.9, latency_ms: 30, error_rate: 0.05 },
  start_rps: 4,
  arrivals: 'constant',
  connections: 10,
  max_connections: 300,
};

const REFUSAL = 'HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n';

describe('a capacity search', () => {
  test('reports no latency when nothing passes', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(REFUSAL));
    const result = await run(shortPlan(server.port, { model: search, warmup_s: 1, window_s: 0.5 }));
    expect(loadResultSchema.safeParse(result).success).toBe(true);
    expect(result.capacity?.rate_rps).toBeNull();
    expect(result.capacity?.ended).toBe('none');
    expect(result.capacity?.probes.map(({ rate_rps, outcome }) => [rate_rps, outcome])).toEqual([
      [4, 'failed'],
      [2, 'failed'],
      [1, 'failed'],
    ]);
    expect(Object.values(result.latency_ms).every((value) => value === null)).toBe(true);
  });
});

import { describe, expect, test } from 'vitest';
import { always } from '../../src/core/load-plan.ts';
import { measureFloor } from '../../src/load/floor.ts';
import { startNullServer } from '../../src/load/null-server.ts';
import { failedCount, GET_TEST, run, shortPlan } from './plans.ts';

const { signal } = new AbortController();

describe.concurrent('the floor', () => {
  test('of connections is what the engine sees of a server that does nothing', async () => {
    const floor = await measureFloor({ model: { kind: 'connections', connections: 4 }, signal });
    expect(floor.throughput_rps).toBeGreaterThan(500);
    expect(floor.mean_ms).toBeGreaterThan(0);
  });

  test('of few users with long think times still has hundreds of requests', async () => {
    const think_time = { kind: 'uniform', lo_s: 1, hi_s: 2 } as const;
    const floor = await measureFloor({ model: { kind: 'users', users: 10, think_time, ramp_users_per_s: 10 }, signal });
    expect(floor.throughput_rps).toBeGreaterThan(300);
    expect(floor.throughput_rps).toBeLessThan(700);
  });

  test('fails when it is stopped, and leaves nothing behind', async () => {
    const aborted = AbortSignal.abort(new Error('stop'));
    await expect(measureFloor({ model: { kind: 'connections', connections: 1 }, signal: aborted })).rejects.toThrow(
      'stop',
    );
  });
});

describe.concurrent('the null server', () => {
  test('answers each request and closes with connections open', async () => {
    const server = await startNullServer();
    const plan = shortPlan(server.port, { window_s: 0.2 });
    const result = await run({
      ...plan,
      workload: always({ ...GET_TEST, expect: { statuses: [200], json: '{"message":"Hello"}' } }),
    });
    await server.close();
    expect(failedCount(result)).toBe(0);
    expect(result.ok).toBeGreaterThan(0);
  });
});

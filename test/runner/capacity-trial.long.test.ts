import { expect, test } from 'vitest';
import type { CapacityProbe } from '../../src/core/load-result.ts';
import { fixtureTrial, temporaryFolder } from './support/fixture-trial.ts';

test('a capacity search of a server that answers a hundred a second ends near it, and is observed in its best step', async () => {
  using folder = temporaryFolder();
  const steps: CapacityProbe[] = [];
  const result = await fixtureTrial({
    folder: folder.path,
    server: 'one-at-a-time',
    window_s: 1,
    timeout_s: 2,
    model: {
      kind: 'capacity',
      // Half of the requests may take longer: few of them tell.
      limit: { quantile: 0.5, latency_ms: 100, error_rate: 0.2 },
      start_rps: 40,
      arrivals: 'constant',
      connections: 20,
      max_connections: 400,
    },
    watch: { onMessage: (message) => message.type === 'probe' && steps.push(message.probe) },
  });
  expect(result.failure).toBeNull();
  const { capacity } = result.load!;
  expect(capacity?.ended).toBe('failed');
  expect(capacity?.probes).toEqual(steps);
  expect(steps.every((step) => !('latency_ms' in step))).toBe(true);
  const found = capacity!.rate_rps!;
  expect(found).toBe(Math.max(...steps.filter((step) => step.outcome === 'passed').map((step) => step.rate_rps)));
  // Above its hundred a second a queue grows, by so much that half of a second's requests wait longer than the limit from 1.2 times on.
  expect(found).toBeGreaterThan(80);
  expect(found).toBeLessThan(150);
  // The rest of the result is that of its best step, and so is what was seen of the server.
  expect(result.load).toMatchObject({ model: 'rate', rate_rps: found });
  expect(result.timing.overhead_s).toBeNull();
  const { seconds } = result.observation!;
  if (process.platform === 'linux') {
    expect(result.observation!.server_cpu_s).toBeGreaterThan(0);
    // Seconds on the clock of that step, which lasts two at most: not those of the whole search.
    expect(Math.max(...seconds.map(({ t_s }) => t_s))).toBeLessThan(steps.length);
  }
}, 120_000);

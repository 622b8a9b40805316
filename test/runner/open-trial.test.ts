import { expect, test } from 'vitest';
import { trialSummary } from '../../src/core/summary/trial-summary.ts';
import { fixtureTrial, temporaryFolder } from './support/fixture-trial.ts';

const POOL = { arrivals: 'constant', connections: 4, max_connections: 8 } as const;

test('a trial at an open rate sends what was planned, and is observed in its window', async () => {
  using folder = temporaryFolder();
  const result = await fixtureTrial({
    folder: folder.path,
    server: 'good',
    model: { kind: 'rate', rate_rps: 100, ...POOL },
  });
  expect(result.failure).toBeNull();
  expect(result.load).toMatchObject({
    model: 'rate',
    users: null,
    connections: 8,
    rate_rps: 100,
    requests: 100,
    ok: 100,
  });
  expect(result.timing.overhead_s).toBeGreaterThan(0);
  const summary = trialSummary(result);
  expect(summary.load?.in_flight).not.toBeUndefined();
  if (process.platform === 'linux') expect(result.observation?.server_cpu_s).toBeGreaterThan(0);
});

test('a trial of stages has them for its window', async () => {
  using folder = temporaryFolder();
  const stages = [
    { from_rps: 50, to_rps: 50, for_s: 0.6 },
    { from_rps: 50, to_rps: 150, for_s: 0.6 },
  ];
  const result = await fixtureTrial({
    folder: folder.path,
    server: 'good',
    model: { kind: 'stages', stages, ...POOL },
  });
  expect(result.failure).toBeNull();
  expect(result.load).toMatchObject({ model: 'stages', requests: 90, rate_rps: 75 });
  expect(result.load?.duration_s).toBeCloseTo(1.2, 1);
});

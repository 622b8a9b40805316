import { expect, test } from 'vitest';
import { accounting } from '../../../src/core/validity/accounting.ts';
import { connectionsCell, makeTrial, usersCell } from '../../fixtures/cell-facts.ts';

test.each([
  ['users', usersCell(100), 30],
  ['connections', connectionsCell(16), 20],
])('a run whose rate × cycle is its %s passes', (_, cell, median_ms) => {
  expect(accounting(makeTrial({ cell, median_ms, window_s: 20 }))).toEqual([]);
});

test('a run that lost a tenth of its answers is invalid', () => {
  const cell = connectionsCell(16);
  const good = makeTrial({ cell, median_ms: 20, window_s: 20 });
  const [finding] = accounting(
    makeTrial({ cell, median_ms: 20, window_s: 20 }, { load: { answered_rps: good.load.answered_rps * 0.9 } }),
  );
  expect(finding).toMatchObject({ rule: 'accounting', severity: 'INVALID', trial: '1/1' });
  expect(finding?.says).toContain('accounts for 90 % of the 16 connections');
});

test('the tolerance is 0.005 + 3 · 0.408 · C / (W √N)', () => {
  const cell = usersCell(25);
  const at = (occupied: number) =>
    accounting(
      makeTrial(
        { cell, median_ms: 10, window_s: 60 },
        // N = 25, C = 0.5 + 1.5 = 2 s: 0.005 + 1.224 · 2 / (60 · 5) = 0.01316
        { load: { answered_rps: (occupied * 25) / 2, think_time_mean_s: 1.5, latency_ms: latency(500) } },
      ),
    );
  expect(at(1 - 0.0131)).toEqual([]);
  expect(at(1 + 0.0131)).toEqual([]);
  expect(at(1 - 0.0133)).toHaveLength(1);
  expect(at(1 + 0.0133)).toHaveLength(1);
});

test.each([
  // f = 1/2: √((1 − f)/(f · 25)) = 1/5, more than 0.408 · 2/5 = 0.1632; thrice that and 0.005.
  { window_s: 1, tolerance: 0.605 },
  // f = 5/6, r = 1.2: √(0.2/25) = 0.0894, less than 0.408 · 1.2/5 = 0.09792.
  { window_s: 2 / 1.2, tolerance: 0.005 + 3 * 0.09792 },
])(
  'in a window of $window_s s, shorter than a cycle of 2 s, the tolerance is the wider one: $tolerance',
  ({ window_s, tolerance }) => {
    const cell = usersCell(25);
    const at = (occupied: number) =>
      accounting(
        makeTrial(
          { cell, median_ms: 10 },
          {
            load: {
              duration_s: window_s,
              answered_rps: (occupied * 25) / 2,
              think_time_mean_s: 1.5,
              latency_ms: latency(500),
            },
          },
        ),
      );
    for (const side of [-1, 1]) {
      expect(at(1 + side * (tolerance - 0.001))).toEqual([]);
      expect(at(1 + side * (tolerance + 0.001))).toHaveLength(1);
    }
  },
);

function latency(mean: number) {
  return { mean, p50: mean, p90: mean, p95: mean, p99: mean, p999: mean, max: mean };
}

test('timeouts that are recorded with the timeout and gave no answer do not break the identity', () => {
  // 16 connections, 30 s: 470 s of cycles in answers of 100 ms and one timeout of 10 s.
  const load = {
    requests: 4701,
    ok: 4700,
    failed: { connect: 0, reset: 0, timeout: 1, http_4xx: 0, http_5xx: 0, contract: 0, protocol: 0 },
    answered_rps: 4700 / 30,
    latency_ms: latency((4700 * 100 + 10_000) / 4701),
    latency_ok_ms: latency(100),
  };
  expect(accounting(makeTrial({ cell: connectionsCell(16), window_s: 30 }, { load }))).toEqual([]);
});

test('quick refusals, recorded with the timeout, do not break the identity', () => {
  const load = {
    requests: 5000,
    ok: 4000,
    failed: { connect: 0, reset: 0, timeout: 0, http_4xx: 0, http_5xx: 1000, contract: 0, protocol: 0 },
    answered_rps: 5000 / 5,
    latency_ms: latency((4000 * 18 + 1000 * 10_000) / 5000),
    latency_ok_ms: latency(18),
  };
  expect(accounting(makeTrial({ cell: connectionsCell(16) }, { load }))).toEqual([]);
});

test('failures do not excuse a generator that made more answers than its connections could', () => {
  const load = {
    requests: 5010,
    ok: 5000,
    failed: { connect: 10, reset: 0, timeout: 0, http_4xx: 0, http_5xx: 0, contract: 0, protocol: 0 },
    answered_rps: 1000,
    latency_ms: latency(40),
    latency_ok_ms: latency(20),
  };
  expect(accounting(makeTrial({ cell: connectionsCell(16) }, { load }))).toHaveLength(1);
});

test('planned requests that are neither answered, failed nor unsent are a fault', () => {
  const cell = connectionsCell(16);
  const { requests } = makeTrial({ cell, median_ms: 20 }).load;
  const [finding] = accounting(makeTrial({ cell, median_ms: 20 }, { load: { requests: requests + 3 } }));
  expect(finding?.says).toBe(`Of ${requests + 3} planned requests ${requests} are accounted for.`);
  expect(accounting(makeTrial({ cell, median_ms: 20 }, { load: { requests: requests + 3, not_sent: 3 } }))).toEqual([]);
});

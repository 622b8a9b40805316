import { expect, test } from 'vitest';
import { trialMetrics } from '../../../src/core/summary/trial-metrics.ts';
import { oneEvent } from '../../../src/core/validity/one-event.ts';
import { connectionsCell, makeTrial, usersCell } from '../../fixtures/cell-facts.ts';

const cell = connectionsCell(16);
const stalled = { p50: 0.3, p90: 0.5, p95: 0.62, p99: 0.97, p999: 1 };
const trial = (one_second_share: typeof stalled | undefined, window_s = 5) =>
  makeTrial({ cell, median_ms: 10, window_s }, { load: { one_second_share } });

test('percentiles most of whose upper samples ended in one second are noted and hidden', () => {
  const facts = trial(stalled);
  const [finding] = oneEvent(facts);
  expect(finding).toMatchObject({
    rule: 'one-event',
    severity: 'NOTE',
    trial: '1/1',
    evidence: { share: 0.97, hidden: 'p95,p99' },
  });
  expect(finding?.says).toBe(
    'One second holds up to 97 % of the samples above p95 and p99: they describe that second.',
  );
  const metrics = trialMetrics(facts.result);
  expect(metrics.latency_p90_ms.value).not.toBeNull();
  expect(metrics.latency_p95_ms).toEqual({ value: null, reason: 'one-event' });
  expect(metrics.latency_p99_ms).toEqual({ value: null, reason: 'one-event' });
});

test('samples spread over the seconds, or not known by second, are no event', () => {
  expect(oneEvent(trial({ p50: 0.2, p90: 0.3, p95: 0.4, p99: 0.5, p999: 0.9 }))).toEqual([]);
  expect(oneEvent(trial(undefined))).toEqual([]);
});

test('a window of four seconds, one of which often holds half by chance, is not judged; one of five is', () => {
  expect(oneEvent(trial(stalled, 4))).toEqual([]);
  expect(oneEvent(trial(stalled, 5))).toHaveLength(1);
});

test('what too few samples hide already is not noted again', () => {
  expect(oneEvent(makeTrial({ cell: usersCell(10) }, { load: { one_second_share: stalled } }))).toEqual([]);
});

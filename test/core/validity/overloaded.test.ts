import { describe, expect, test } from 'vitest';
import { labelTrials } from '../../../src/core/summary/label-trials.ts';
import { leastLatencies, trialMetrics } from '../../../src/core/summary/trial-metrics.ts';
import { overloaded } from '../../../src/core/validity/overloaded.ts';
import { capacityCell, connectionsCell, makeTrial, rateCell, stagesCell } from '../../fixtures/cell-facts.ts';

const cell = rateCell(500);

/** In flight in each second of the window; the second before is the warm-up. */
function growing(counts: readonly number[], rate_rps = 500) {
  const trial = makeTrial({ cell: rateCell(rate_rps), window_s: counts.length });
  const seconds = [7, ...counts].map((in_flight, i) => ({
    t_s: i,
    phase: i === 0 ? ('warmup' as const) : ('window' as const),
    answered: rate_rps,
    failed: 0,
    bytes: 0,
    mean_ms: 1,
    p50_ms: 1,
    p95_ms: 1,
    p99_ms: 1,
    max_ms: 1,
    users: 0,
    in_flight,
    generator_busy: 0.1,
    gc_ms: 0,
  }));
  return makeTrial(
    { cell: rateCell(rate_rps), window_s: counts.length },
    { load: { ...trial.load, seconds } as never },
  );
}

describe('overloaded', () => {
  test('an open trial that answered 90 of 100 arrivals is suspect, and says how many were missing', () => {
    const trial = makeTrial({ cell, served: 0.9 });
    const [finding] = overloaded(trial);
    expect(finding).toMatchObject({ rule: 'overloaded', severity: 'SUSPECT', trial: '1/1' });
    expect(finding?.evidence).toMatchObject({ arrivals: 2500, unanswered: 250, answered_rps: 450, offered_rps: 500 });
    expect(finding?.says).toContain('Of 2,500 requests that arrived in the window 10 % were not answered in it');
  });

  test('its latencies are left out with that reason, its throughput and errors stand', () => {
    const metrics = trialMetrics(makeTrial({ cell, served: 0.9 }).result);
    for (const name of ['mean', 'p50', 'p90', 'p95', 'p99', 'max'] as const)
      expect(metrics[`latency_${name}_ms`]).toEqual({ value: null, reason: 'overloaded' });
    expect(metrics.throughput_rps).toEqual({ value: 450 });
    expect(metrics.error_rate).toEqual({ value: 0 });
    expect(trialMetrics(makeTrial({ cell }).result).latency_p95_ms).toMatchObject({ value: expect.any(Number) });
  });

  test('requests in flight that grow are, though nearly all were answered; a swarm that comes and goes is not', () => {
    const [finding] = overloaded(growing([10, 20, 30, 41, 50, 61, 70]));
    expect(finding?.evidence).toMatchObject({ grown: 60 });
    expect(finding?.says).toContain('60 requests more were in flight at its end than at its start');
    expect(overloaded(growing([10, 60, 12, 70, 11, 9, 10]))).toEqual([]);
    // A trend, but of less than 1 % of the arrivals.
    expect(overloaded(growing([10, 11, 12, 13, 14, 15, 16]))).toEqual([]);
    // Five seconds can never show a trend at p < 0.01.
    expect(overloaded(growing([10, 30, 50, 70, 90]))).toEqual([]);
  });

  test('what two counts in flight differ by chance is none: 3 of 100 requests at 20 requests/s that take 250 ms', () => {
    const slow = makeTrial({ cell: rateCell(20), median_ms: 250, served: 0.97 });
    expect(slow.load.requests - slow.load.answered_in_window).toBe(3);
    expect(overloaded(slow)).toEqual([]);
  });

  test('refused and broken off requests wait for nothing, timed out ones do', () => {
    const lost = makeTrial({ cell, served: 0.95 });
    const failed = { connect: 0, reset: 125, timeout: 0, http_4xx: 0, http_5xx: 0, contract: 0, protocol: 0 };
    expect(overloaded(makeTrial({ cell, served: 0.95 }, { load: { failed } }))).toEqual([]);
    expect(
      overloaded(makeTrial({ cell, served: 0.95 }, { load: { failed: { ...failed, reset: 0, timeout: 125 } } })),
    ).toHaveLength(1);
    expect(overloaded(lost)).toHaveLength(1);
  });

  test('stages that end at a higher rate have more in flight without any waiting', () => {
    const stages = stagesCell();
    expect(overloaded(makeTrial({ cell: stages, served: 0.95, probe_service_ms: 40 }))).toEqual([]);
    expect(overloaded(makeTrial({ cell: stages, served: 0.8, probe_service_ms: 40 }))).toHaveLength(1);
  });

  test('what answers 0.97 of what arrived is held by the server and not by the load', () => {
    const busy = { served: 0.97, server_busy: 0.99 };
    expect(labelTrials(cell, [makeTrial({ cell, ...busy })], null)).toBe('server-bound');
    expect(labelTrials(cell, [makeTrial({ cell, ...busy, served: 0.995 })], null)).toBe('load-limited');
    const one = [makeTrial({ cell, ...busy }), makeTrial({ cell, served: 1 }), makeTrial({ cell, served: 1 })];
    expect(labelTrials(cell, one, null)).toBe('load-limited');
  });

  test('its latencies are at least what they were, those of answers where others failed than by a timeout', () => {
    const { load } = makeTrial({ cell, served: 0.9 });
    // All samples above the p95 may have ended in the last second: it is a bound all the same.
    const last = { ...load, one_second_share: { p50: 0.2, p90: 0.9, p95: 1, p99: 1, p999: 1 } };
    expect(leastLatencies(last).latency_p95_ms).toEqual({ value: load.latency_ms.p95 });
    const failed = { ...load.failed, timeout: 20 };
    const latency_ok_ms = { ...load.latency_ok_ms, p95: 7 };
    expect(leastLatencies({ ...load, latency_ok_ms, failed }).latency_p95_ms).toEqual({ value: load.latency_ms.p95 });
    const mixed = { ...load, latency_ok_ms, failed: { ...failed, http_5xx: 1 } };
    expect(leastLatencies(mixed).latency_p95_ms).toEqual({ value: 7 });
    expect(leastLatencies({ ...load, withheld: ['p95'] }).latency_p95_ms).toEqual({ value: null, reason: 'withheld' });
    expect(leastLatencies({ ...load, ok: 150 }).latency_p95_ms).toEqual({ value: null, reason: 'hidden-few-samples' });
  });

  test('closed cells never are, nor the best step of a capacity search', () => {
    expect(overloaded(makeTrial({ cell: connectionsCell(), served: 0.5 }))).toEqual([]);
    expect(overloaded(makeTrial({ cell: capacityCell(), served: 0.5 }))).toEqual([]);
  });
});

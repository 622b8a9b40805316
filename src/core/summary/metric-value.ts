import { stepMs } from '../histogram.ts';
import { type Metric, METRICS } from '../metric.ts';
import { type MetricValue } from '../results.ts';
import { coefficientOfVariation, mean, standardDeviation } from '../stats/arithmetic.ts';
import { capacityStep } from '../stats/capacity-step.ts';
import { geometricInterval } from '../stats/cell-interval.ts';
import { errorRate, type FailureCount } from '../stats/error-rate.ts';
import { failedCount } from '../validity/accounting.ts';
import type { MeasuredTrial } from '../validity/facts.ts';
import type { Reading, TrialMetrics } from './trial-metrics.ts';

export interface UsableTrial {
  readonly facts: MeasuredTrial;
  readonly metrics: TrialMetrics;
}

/**
 * The step by which a metric's values can differ at all, in its unit: of percentiles the bucket width of the histogram, of
 * throughput one answer a window, of a capacity the last step of its search. Equal values are taken to differ by a part of it, so that
 * they are not endlessly sure.
 */
export function stepOf(metric: Metric, trials: readonly UsableTrial[]): number {
  if (metric === 'throughput_rps') return 1 / (mean(trials.map(({ facts }) => facts.load.duration_s)) ?? Infinity);
  if (metric === 'capacity_rps')
    return capacityStep(mean(readingsOf(trials.map((trial) => trial.metrics[metric])).values) ?? 0);
  return latencyStep(
    metric,
    trials.map((trial) => trial.metrics[metric]),
  );
}

/** Of a percentile the width of its bucket; what is no percentile has no step. */
function latencyStep(metric: Metric, readings: readonly Reading[]): number {
  if (!metric.startsWith('latency_') || metric === 'latency_mean_ms') return 0;
  return stepMs(mean(readingsOf(readings).values) ?? 0);
}

/** The values of a metric, or the reason for which the cell shows none: one withheld trial withholds the cell's. */
export function readingsOf(readings: readonly Reading[]): { values: number[]; reason: string | null } {
  const reasons = readings.flatMap((r) => (r.value === null ? [r.reason] : []));
  const values = readings.flatMap((r) => (r.value === null ? [] : [r.value]));
  if (readings.length === 0) return { values, reason: 'no-usable-trial' };
  const [first] = reasons;
  return { values, reason: reasons.includes('withheld') ? 'withheld' : (first ?? null) };
}

function nothing(reason: string, n = 0): MetricValue {
  return { value: null, lo: null, hi: null, sd: null, cv: null, n, reason };
}

/** S1 of the trials' values. */
export function geometric(readings: readonly Reading[], step: number): MetricValue {
  const { values, reason } = readingsOf(readings);
  if (reason !== null) return nothing(reason);
  const interval = geometricInterval(values, { step });
  const spread = { sd: standardDeviation(values), cv: coefficientOfVariation(values), n: values.length };
  if (!interval.ok) return { value: interval.value, lo: null, hi: null, ...spread, reason: interval.reason };
  return { value: interval.value, lo: interval.lo, hi: interval.hi, ...spread, reason: null };
}

/** A latency over usable trials, of a reading of each. */
export function latencyValue(metric: Extract<Metric, `latency_${string}`>, readings: readonly Reading[]): MetricValue {
  return geometric(readings, latencyStep(metric, readings));
}

/** S7: pooled over trials; sd and cv are those of the trials' rates. */
export function pooledErrors(counts: readonly FailureCount[]): MetricValue {
  if (counts.length === 0) return nothing('no-usable-trial');
  const rate = errorRate(counts);
  if (!rate.ok) return nothing(rate.reason);
  const rates = counts.filter(({ total }) => total > 0).map(({ failed, total }) => failed / total);
  const spread = { sd: standardDeviation(rates), cv: coefficientOfVariation(rates) };
  return { value: rate.value, lo: rate.lo, hi: rate.hi, ...spread, n: rate.n, reason: null };
}

function failuresOf({ facts: { load } }: UsableTrial): FailureCount {
  return { failed: failedCount(load), total: load.ok + failedCount(load) };
}

/** Each metric of a cell over its usable trials: S1, error rates S7. */
export function metricValues(trials: readonly UsableTrial[]): Record<Metric, MetricValue> {
  const readings = (metric: Metric): Reading[] => trials.map((trial) => trial.metrics[metric]);
  const entries = METRICS.map((metric) => [
    metric,
    metric === 'error_rate'
      ? pooledErrors(trials.map(failuresOf))
      : geometric(readings(metric), stepOf(metric, trials)),
  ]);
  return Object.fromEntries(entries) as Record<Metric, MetricValue>;
}

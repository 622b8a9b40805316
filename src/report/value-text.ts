import { measuredText } from '../core/number-text.ts';
import { boundName, type Metric } from '../core/metric.ts';
import type { CellResult, MetricValue } from '../core/results.ts';

/** How a metric is printed: its name in a column head, its unit, and by what a stored value is multiplied. */
export interface MetricLook {
  readonly head: string;
  readonly unit: string;
  readonly factor: number;
}

export const METRIC_LOOKS: Readonly<Record<Metric, MetricLook>> = {
  throughput_rps: { head: 'Throughput', unit: 'requests/s', factor: 1 },
  latency_mean_ms: { head: 'Mean', unit: 'ms', factor: 1 },
  latency_p50_ms: { head: 'Median', unit: 'ms', factor: 1 },
  latency_p90_ms: { head: 'p90', unit: 'ms', factor: 1 },
  latency_p95_ms: { head: 'p95', unit: 'ms', factor: 1 },
  latency_p99_ms: { head: 'p99', unit: 'ms', factor: 1 },
  latency_max_ms: { head: 'Max', unit: 'ms', factor: 1 },
  error_rate: { head: 'Errors', unit: '%', factor: 100 },
  server_cpu_ms_per_request: { head: 'CPU/request', unit: 'ms', factor: 1 },
  server_rss_peak_mb: { head: 'Memory peak', unit: 'MB', factor: 1 },
  capacity_rps: { head: 'Capacity', unit: 'requests/s', factor: 1 },
};

/** A value as text, its parts apart so that each medium can set them in its own way. */
export interface ValueText {
  /** "12.3", "≥ 12.3" or "—". */
  readonly value: string;
  /** "11.9–12.8", "n = 1", or null where there is neither. */
  readonly spread: string | null;
  /** Why there is no value. */
  readonly reason: string | null;
}

export const NO_VALUE = '—';

/** Rounded for reading: three significant digits, whole from 100, thousands apart. */
export function plainText(metric: Metric, value: number | null): string {
  if (value === null) return NO_VALUE;
  const shown = value * METRIC_LOOKS[metric].factor;
  return metric === 'error_rate' ? smallText(shown) : measuredText(shown);
}

/** Below 0.1 % two digits say all: 0.032. */
function smallText(percent: number): string {
  if (percent === 0 || percent >= 0.1) return measuredText(percent);
  return String(Number(percent.toFixed(Math.min(6, 1 - Math.floor(Math.log10(percent))))));
}

/** What has such a metric: a cell, or one of its request names. */
export type Valued<M extends Metric> = Pick<CellResult, 'censored'> & Readonly<Record<M, MetricValue>>;

/** The value of a cell with its 95 % interval, `≥` where some trial's value is a lower bound. */
export function cellValueText<M extends Metric>(cell: Valued<M>, metric: M): ValueText {
  const text = valueText(cell[metric], metric);
  return isCensored(cell, metric) && cell[metric].value !== null ? { ...text, value: `≥ ${text.value}` } : text;
}

function valueText({ value, lo, hi, n, reason }: MetricValue, metric: Metric): ValueText {
  if (value === null) return { value: NO_VALUE, spread: null, reason: reason ?? 'not-measured' };
  const shown = plainText(metric, value);
  if (lo !== null && hi !== null)
    return { value: shown, spread: `${plainText(metric, lo)}–${plainText(metric, hi)}`, reason: null };
  return { value: shown, spread: n === 1 ? 'n = 1' : `n = ${n}, no interval`, reason: null };
}

export function isCensored(cell: Pick<CellResult, 'censored'>, metric: Metric): boolean {
  const name = boundName(metric);
  return name !== null && cell.censored.includes(name);
}

/** "12.3 (11.9–12.8)": value and interval on one line, with the unit where it is asked for. */
export function inlineValue(cell: CellResult, metric: Metric, unit = true): string {
  const { value, spread } = cellValueText(cell, metric);
  const tail = spread === null ? '' : ` (${spread})`;
  const look = METRIC_LOOKS[metric];
  return value === NO_VALUE ? NO_VALUE : `${value}${tail}${unit ? ` ${look.unit}` : ''}`;
}

/** The unit of a variance: "ms²", "(requests/s)²". */
export function squaredUnit(metric: Metric): string {
  const { unit } = METRIC_LOOKS[metric];
  return /^\w+$/.test(unit) ? `${unit}²` : `(${unit})²`;
}

import type { LatencyStats, LoadResult, Withholdable } from '../core/load-result.ts';
import { FAILURE_CLASSES } from '../core/load-result.ts';
import { numberText } from '../core/number-text.ts';
import { GENERATOR_BOUND } from '../core/validity/bottleneck.ts';

/** What `benchwright load` prints for people. Pure. */

const COLUMNS = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;
const HEADS: Record<(typeof COLUMNS)[number], string> = {
  mean: 'mean',
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  p999: 'p99.9',
  max: 'max',
};
const LABEL_WIDTH = 12;
const CELL_WIDTH = 10;

const FAILURE_NAMES: Record<(typeof FAILURE_CLASSES)[number], string> = {
  connect: 'not connected',
  reset: 'connection reset',
  timeout: 'timed out',
  http_4xx: 'answered 4xx',
  http_5xx: 'answered 5xx',
  contract: 'not the expected answer',
  protocol: 'not HTTP',
};

function row(label: string, cells: readonly string[]): string {
  return label.padEnd(LABEL_WIDTH) + cells.map((cell) => cell.padStart(CELL_WIDTH)).join('');
}

function latencyRow(label: string, stats: LatencyStats, result: LoadResult, marked: boolean): string {
  const cells = COLUMNS.map((name) => {
    const value = stats[name];
    if (value === null) return name !== 'mean' && result.withheld.includes(name) ? 'withheld' : '—';
    return (marked && result.censored.includes(name) ? '≥ ' : '') + numberText(value);
  });
  return row(label, cells);
}

function share(part: number): string {
  return `${Math.round(100 * part)} %`;
}

function loadLine(result: LoadResult): string {
  const seconds = `${numberText(result.duration_s)} s after ${numberText(result.warmup_s)} s of warm-up`;
  if (result.model === 'connections') return `${result.connections} connections, closed loop, ${seconds}`;
  const think =
    result.think_time_mean_s === null ? '' : `, thinking ${numberText(result.think_time_mean_s)} s on average`;
  return `${result.users ?? result.connections} users${think}, ${seconds} and ${numberText(result.ramp_s)} s of ramp`;
}

function failureLines(result: LoadResult): string[] {
  const parts = FAILURE_CLASSES.filter((name) => result.failed[name] > 0).map(
    (name) => `${numberText(result.failed[name])} ${FAILURE_NAMES[name]}`,
  );
  const lines = parts.length === 0 ? [] : [`Failed      ${parts.join(', ')}`];
  if (result.stale_connections > 0) {
    lines.push(
      `Stale       ${numberText(result.stale_connections)} kept connections were closed by the server before an answer`,
    );
  }
  return lines;
}

function plainName(name: Withholdable): string {
  return HEADS[name];
}

/**
 * The line that says whether the figures may be believed. Lag: the larger of the p99 of how late requests were reached and
 * the p99 of the event-loop turns in which answers were stamped.
 */
export function trustLine(result: LoadResult): string {
  const lag = Math.max(result.sched_lag_ms.p99 ?? 0, result.turn_ms.p99 ?? 0);
  const withheld =
    result.withheld.length === 0 ? 'nothing withheld' : `withheld: ${result.withheld.map(plainName).join(', ')}`;
  const facts = `Generator ${share(result.generator.busy)} busy, p99 lag ${numberText(lag)} ms, ${withheld}.`;
  if (result.void) return `Trust: no. ${result.void_reasons.map(sentence).join(' ')} ${facts}`;
  if (result.generator.busy >= GENERATOR_BOUND) {
    return `Trust: in part. The generator may have been the limit, not the server. ${facts}`;
  }
  return `Trust: ${result.withheld.length === 0 ? 'yes' : 'in part'}. ${facts}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The whole report of one run, a line each; the last one is the trust line. */
export function loadText(result: LoadResult): string {
  const failed = FAILURE_CLASSES.reduce((sum, name) => sum + result.failed[name], 0);
  const rate = result.error_rate === null ? '' : ` (${numberText(100 * result.error_rate)} %)`;
  return [
    `${result.request} on ${result.url}`,
    loadLine(result),
    '',
    row(
      'ms',
      COLUMNS.map((name) => HEADS[name]),
    ),
    latencyRow('Latency', result.latency_ms, result, true),
    ...(failed > 0 ? [latencyRow('  ok only', result.latency_ok_ms, result, false)] : []),
    latencyRow('Service', result.service_ms, result, false),
    '',
    `Throughput  ${numberText(result.throughput_rps)} ok requests/s, ${numberText(bytesPerSecond(result))} MB/s`,
    `Requests    ${numberText(result.requests)} in the window: ${numberText(result.ok)} ok, ${numberText(failed)} failed${rate}`,
    ...failureLines(result),
    '',
    trustLine(result),
  ].join('\n');
}

function bytesPerSecond(result: LoadResult): number {
  return result.duration_s > 0 ? result.bytes / result.duration_s / 1e6 : 0;
}

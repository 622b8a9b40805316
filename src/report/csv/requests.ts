import { FAILURE_CLASSES, type LatencyStats } from '../../core/load-result.ts';
import type { LoadSummary } from '../../core/summary/trial-summary.ts';
import { type SummarisedTrial, trialColumns } from './stored-trial.ts';
import type { CsvColumn } from './table.ts';

export interface RequestRow {
  readonly trial: SummarisedTrial;
  readonly load: LoadSummary;
}

const STATISTICS = [
  'mean',
  'p50',
  'p90',
  'p95',
  'p99',
  'p999',
  'max',
] as const satisfies readonly (keyof LatencyStats)[];

function statistics(prefix: string, of: (load: LoadSummary) => LatencyStats): CsvColumn<RequestRow>[] {
  return STATISTICS.map((name) => ({ name: `${prefix}_${name}_ms`, value: ({ load }) => of(load)[name] }));
}

function counted<K extends keyof LoadSummary>(
  ...names: (K & { [P in K]: LoadSummary[P] extends number | null ? P : never }[K])[]
): CsvColumn<RequestRow>[] {
  return names.map((name) => ({ name, value: ({ load }) => load[name] as number | null }));
}

/** A row per trial and request name. */
export const REQUEST_COLUMNS: readonly CsvColumn<RequestRow>[] = [
  ...trialColumns<RequestRow>(),
  { name: 'request', value: ({ load }) => load.request },
  ...counted('users', 'connections', 'duration_s', 'requests', 'not_sent', 'ok'),
  ...FAILURE_CLASSES.map((name): CsvColumn<RequestRow> => ({
    name: `failed_${name}`,
    value: ({ load }) => load.failed[name],
  })),
  ...counted('throughput_rps', 'answered_rps', 'error_rate', 'body_bytes_mean'),
  ...statistics('latency', (load) => load.latency_ms),
  ...statistics('latency_ok', (load) => load.latency_ok_ms),
  ...statistics('service', (load) => load.service_ms),
  { name: 'censored', value: ({ load }) => load.censored.join(' ') },
  { name: 'withheld', value: ({ load }) => load.withheld.join(' ') },
];

/** Trials that measured nothing have no requests. */
export function requestRows(trials: readonly SummarisedTrial[]): RequestRow[] {
  return trials.flatMap((trial) => (trial.result.load === null ? [] : [{ trial, load: trial.result.load }]));
}

import { FAILURE_CLASSES, type LatencyStats } from '../../core/load-result.ts';
import type { LoadSummary, RequestSummary } from '../../core/summary/trial-summary.ts';
import { failedCount } from '../../core/validity/accounting.ts';
import { type SummarisedTrial, trialColumns } from './stored-trial.ts';
import type { CsvColumn } from './table.ts';

export interface RequestRow {
  readonly trial: SummarisedTrial;
  readonly load: LoadSummary;
  /** Of a plan of several requests: the one that the row is about. Null: the plan has one, of which all of `load` is told. */
  readonly request: RequestSummary | null;
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

function statistics(prefix: string, of: (row: RequestRow) => LatencyStats | null): CsvColumn<RequestRow>[] {
  return STATISTICS.map((name) => ({ name: `${prefix}_${name}_ms`, value: (row) => of(row)?.[name] ?? null }));
}

/** What is known of all requests together only: empty in the row of one of several. */
function ofAll(name: string, value: (load: LoadSummary) => number | null): CsvColumn<RequestRow> {
  return { name, value: ({ load, request }) => (request === null ? value(load) : null) };
}

function errorRate({ ok, failed }: RequestSummary): number | null {
  return ok + failed === 0 ? null : failed / (ok + failed);
}

/** A row per trial and request name. */
export const REQUEST_COLUMNS: readonly CsvColumn<RequestRow>[] = [
  ...trialColumns<RequestRow>(),
  { name: 'request', value: ({ load, request }) => request?.name ?? load.request },
  { name: 'users', value: ({ load }) => load.users },
  { name: 'connections', value: ({ load }) => load.connections },
  { name: 'duration_s', value: ({ load }) => load.duration_s },
  { name: 'requests', value: ({ load, request }) => (request ?? load).requests },
  ofAll('not_sent', (load) => load.not_sent),
  { name: 'ok', value: ({ load, request }) => (request ?? load).ok },
  ...FAILURE_CLASSES.map((name) => ofAll(`failed_${name}`, (load) => load.failed[name])),
  ofAll('throughput_rps', (load) => load.throughput_rps),
  ofAll('answered_rps', (load) => load.answered_rps),
  { name: 'error_rate', value: ({ load, request }) => (request === null ? load.error_rate : errorRate(request)) },
  ofAll('body_bytes_mean', (load) => load.body_bytes_mean),
  ...statistics('latency', ({ load, request }) => (request ?? load).latency_ms),
  ...statistics('latency_ok', ({ load, request }) => (request === null ? load.latency_ok_ms : null)),
  ...statistics('service', ({ load, request }) => (request ?? load).service_ms),
  { name: 'censored', value: ({ load, request }) => (request === null ? load.censored.join(' ') : null) },
  { name: 'withheld', value: ({ load }) => load.withheld.join(' ') },
  { name: 'failed', value: ({ load, request }) => request?.failed ?? failedCount(load) },
  { name: 'rate_rps', value: ({ load }) => load.rate_rps ?? null },
];

/** Trials that measured nothing have no requests. */
export function requestRows(trials: readonly SummarisedTrial[]): RequestRow[] {
  return trials.flatMap((trial): RequestRow[] => {
    const { load } = trial.result;
    if (load === null) return [];
    const requests = load.by_request ?? [];
    return requests.length === 0
      ? [{ trial, load, request: null }]
      : requests.map((request) => ({ trial, load, request }));
  });
}

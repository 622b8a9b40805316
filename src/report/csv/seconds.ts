import type { SecondRow } from '../../core/load-result.ts';
import type { ObservedSecond } from '../../core/trial-result.ts';
import { type StoredTrial, trialColumns } from './stored-trial.ts';
import type { CsvColumn } from './table.ts';

export interface SecondCsvRow {
  readonly trial: StoredTrial;
  readonly second: SecondRow;
  /** What was seen of the server and the host in the same second; null where nothing was. */
  readonly observed: ObservedSecond | null;
}

const ENGINE = [
  't_s',
  'phase',
  'answered',
  'failed',
  'bytes',
  'mean_ms',
  'p50_ms',
  'p95_ms',
  'p99_ms',
  'max_ms',
  'users',
  'in_flight',
  'generator_busy',
  'gc_ms',
] as const satisfies readonly (keyof SecondRow)[];

const HOST = [
  'server_cpu',
  'server_rss_mb',
  'generator_cpu',
  'steal',
  'foreign_cpu',
  'load_1m',
] as const satisfies readonly (keyof ObservedSecond)[];

/** A row per trial and second. */
export const SECOND_COLUMNS: readonly CsvColumn<SecondCsvRow>[] = [
  ...trialColumns<SecondCsvRow>(),
  ...ENGINE.map((name): CsvColumn<SecondCsvRow> => ({ name, value: ({ second }) => second[name] })),
  ...HOST.map((name): CsvColumn<SecondCsvRow> => ({ name, value: ({ observed }) => observed?.[name] ?? null })),
];

export function secondRows(trials: readonly StoredTrial[]): SecondCsvRow[] {
  return trials.flatMap((trial) => {
    const observed = new Map((trial.result.observation?.seconds ?? []).map((row) => [Math.round(row.t_s), row]));
    return (trial.result.load?.seconds ?? []).map((second) => ({
      trial,
      second,
      observed: observed.get(Math.round(second.t_s)) ?? null,
    }));
  });
}

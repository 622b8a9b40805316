import type { CellResult, TrialRow } from '../core/results.ts';
import { CELL_COLUMNS } from './csv/cells.ts';
import { REQUEST_COLUMNS, requestRows } from './csv/requests.ts';
import { SECOND_COLUMNS, secondRows } from './csv/seconds.ts';
import type { StoredTrial, SummarisedTrial } from './csv/stored-trial.ts';
import { type CsvOptions, csvTable } from './csv/table.ts';
import { TRIAL_COLUMNS } from './csv/trials.ts';

/** The four views. Each is one CSV document, or with `header: false` the next page of one. */

/** A row per cell: identity, n, each metric with interval and spread, validity, bottleneck. */
export function cellsCsv(results: { readonly cells: readonly CellResult[] }, options: CsvOptions = {}): string {
  return csvTable(CELL_COLUMNS, results.cells, options);
}

/** A row per trial, in the order in which they ran. */
export function trialsCsv(results: { readonly trials: readonly TrialRow[] }, options: CsvOptions = {}): string {
  return csvTable(TRIAL_COLUMNS, results.trials, options);
}

/** A row per trial and request name. */
export function requestsCsv(trials: readonly SummarisedTrial[], options: CsvOptions = {}): string {
  return csvTable(REQUEST_COLUMNS, requestRows(trials), options);
}

/** A row per trial and second, of the whole run: ramp, warm-up, window and drain. */
export function secondsCsv(trials: readonly StoredTrial[], options: CsvOptions = {}): string {
  return csvTable(SECOND_COLUMNS, secondRows(trials), options);
}

import type { Results } from '../core/results.ts';
import { cellsCsv, requestsCsv, secondsCsv, trialsCsv } from '../report/csv.ts';
import { REQUEST_COLUMNS, requestRows } from '../report/csv/requests.ts';
import { SECOND_COLUMNS, secondRows } from '../report/csv/seconds.ts';
import type { StoredTrial } from '../report/csv/stored-trial.ts';
import type { CsvColumn, CsvValue } from '../report/csv/table.ts';

export const VIEWS = ['cells', 'trials', 'requests', 'seconds'] as const;
export type View = (typeof VIEWS)[number];

export interface ViewSource {
  readonly results: Results;
  /** Read only by the views that are made from stored trials. */
  readonly trials: () => Promise<StoredTrial[]>;
}

interface ViewRows {
  readonly experiment_id: string;
  readonly view: View;
  readonly partial: boolean;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** JSON keys are the CSV's columns. */
function asObjects<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): Record<string, CsvValue>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])));
}

async function rowsOf(view: View, { results, trials }: ViewSource): Promise<ViewRows['rows']> {
  if (view === 'requests') return asObjects(REQUEST_COLUMNS, requestRows(await trials()));
  if (view === 'seconds') return asObjects(SECOND_COLUMNS, secondRows(await trials()));
  return results.trials;
}

/** `cells`: the whole results document; the others: their rows. */
export async function jsonView(view: View, source: ViewSource): Promise<Results | ViewRows> {
  if (view === 'cells') return source.results;
  const { experiment, partial } = source.results;
  return { experiment_id: experiment.id, view, partial, rows: await rowsOf(view, source) };
}

/** The view as one RFC 4180 document, and its number of rows without the header. */
export async function csvView(view: View, { results, trials }: ViewSource): Promise<{ text: string; rows: number }> {
  if (view === 'cells') return { text: cellsCsv(results), rows: results.cells.length };
  if (view === 'trials') return { text: trialsCsv(results), rows: results.trials.length };
  const stored = await trials();
  return view === 'requests'
    ? { text: requestsCsv(stored), rows: requestRows(stored).length }
    : { text: secondsCsv(stored), rows: secondRows(stored).length };
}

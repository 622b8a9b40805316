import { TRIAL_SUMMARY_VERSION } from '../core/summary/trial-summary.ts';
import { hasEnded } from '../core/job.ts';
import type { Db } from '../db/client.ts';
import type { ExperimentRow } from '../db/experiments.ts';
import { countTrialRows } from '../db/trial-summaries.ts';
import { cellsCsv, requestsCsv, secondsCsv, trialsCsv } from '../report/csv.ts';
import { REQUEST_COLUMNS, requestRows } from '../report/csv/requests.ts';
import { SECOND_COLUMNS, secondRows } from '../report/csv/seconds.ts';
import type { CsvColumn, CsvValue } from '../report/csv/table.ts';
import type { Derive } from './derive.ts';
import { listMembers } from './documents.ts';
import { storedTrial, summarisedTrial } from './experiment-facts.ts';
import type { ResultReader } from './experiment-results.ts';
import { bodyPages, summaryPages } from './trial-pages.ts';

export const VIEWS = ['cells', 'trials', 'requests', 'seconds'] as const;
export type View = (typeof VIEWS)[number];

/** Everything but the results document itself: that is sent as it is stored. */
export type Rows =
  | { readonly view: View; readonly type: 'csv' }
  | { readonly view: Exclude<View, 'cells'>; readonly type: 'json' };

export interface ViewSource {
  readonly db: Db;
  readonly results: ResultReader;
  readonly derive: Derive;
}

export interface RowsBody {
  readonly pieces: AsyncGenerator<string, void>;
  /** Null: not known, for the experiment still runs. */
  readonly rows: number | null;
}

/** The rows of a view in pieces: of cells and trials from the results, of requests and seconds page by page from the trials. */
export async function rowsBody(row: ExperimentRow, wanted: Rows, source: ViewSource): Promise<RowsBody> {
  const ended = hasEnded(row.status);
  if (wanted.view === 'requests' || wanted.view === 'seconds') {
    const counts = ended ? await countTrialRows(source.db, row.id, TRIAL_SUMMARY_VERSION) : null;
    return { pieces: framed(row, wanted, trialPieces(row, wanted, source.db)), rows: counts?.[wanted.view] ?? null };
  }
  const { text } = await source.results.read(row);
  const { pieces, rows } = await source.derive.part(text, partOf(wanted));
  return { pieces: framed(row, wanted, pieces), rows: ended ? rows : null };
}

function partOf({ view, type }: Rows): 'cells.csv' | 'trials.csv' | 'trials.json' {
  if (type === 'json') return 'trials.json';
  return view === 'cells' ? 'cells.csv' : 'trials.csv';
}

const HEADERS: Readonly<Record<View, () => string>> = {
  cells: () => cellsCsv({ cells: [] }),
  trials: () => trialsCsv({ trials: [] }),
  requests: () => requestsCsv([]),
  seconds: () => secondsCsv([]),
};

/**
 * CSV: a header, then the rows. JSON: an object whose last member is the list of rows. The head goes with the first rows, so
 * that whoever waits for the first piece knows that rows can be read.
 */
async function* framed(
  row: ExperimentRow,
  { view, type }: Rows,
  pieces: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string, void> {
  const object = JSON.stringify({ experiment_id: row.id, view, partial: !hasEnded(row.status), rows: [] });
  const [head, separator, tail] = type === 'csv' ? [HEADERS[view](), '', ''] : [object.slice(0, -2), ',', ']}'];
  let before = head;
  for await (const piece of pieces) {
    if (piece === '') continue;
    yield before + piece;
    before = separator;
  }
  const rest = (before === head ? head : '') + tail;
  if (rest !== '') yield rest;
}

async function* trialPieces(row: ExperimentRow, { view, type }: Rows, db: Db): AsyncGenerator<string, void> {
  if (view === 'requests') {
    for await (const page of summaryPages(db, row.id)) {
      const trials = page.map(summarisedTrial).map(({ id, summary }) => ({ id, result: summary }));
      yield type === 'csv'
        ? requestsCsv(trials, { header: false })
        : listMembers(asObjects(REQUEST_COLUMNS, requestRows(trials)));
    }
    return;
  }
  for await (const page of bodyPages(db, row.id)) {
    const trials = page.map(storedTrial);
    yield type === 'csv'
      ? secondsCsv(trials, { header: false })
      : listMembers(asObjects(SECOND_COLUMNS, secondRows(trials)));
  }
}

/** JSON keys are the CSV's columns. */
function asObjects<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): Record<string, CsvValue>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])));
}

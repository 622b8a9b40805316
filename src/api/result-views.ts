import { AppError } from '../core/errors.ts';
import { TRIAL_SUMMARY_VERSION } from '../core/summary/trial-summary.ts';
import { hasEnded } from '../core/job.ts';
import type { Db } from '../db/client.ts';
import { type ExperimentRow, getExperiment } from '../db/experiments.ts';
import { countTrialRows } from '../db/trial-summaries.ts';
import { cellsCsv, requestsCsv, secondsCsv, trialsCsv } from '../report/csv.ts';
import { REQUEST_COLUMNS, requestRows } from '../report/csv/requests.ts';
import { SECOND_COLUMNS, secondRows } from '../report/csv/seconds.ts';
import { type CsvColumn, csvTable, type CsvValue } from '../report/csv/table.ts';
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
    const rows = counts?.[wanted.view] ?? null;
    const pieces = wholeOnly(trialPieces(row, wanted, source.db), { row, rows, db: source.db });
    return { pieces: framed(row, wanted, pieces), rows };
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

interface PageText {
  readonly text: string;
  readonly rows: number;
}

async function* trialPieces(row: ExperimentRow, { view, type }: Rows, db: Db): AsyncGenerator<PageText, void> {
  if (view === 'requests') {
    for await (const page of summaryPages(db, row.id)) {
      const trials = page.map(summarisedTrial).map(({ id, summary }) => ({ id, result: summary }));
      yield pageText(type, REQUEST_COLUMNS, requestRows(trials));
    }
    return;
  }
  for await (const page of bodyPages(db, row.id)) {
    yield pageText(type, SECOND_COLUMNS, secondRows(page.map(storedTrial)));
  }
}

function pageText<Row>(type: Rows['type'], columns: readonly CsvColumn<Row>[], rows: readonly Row[]): PageText {
  const text = type === 'csv' ? csvTable(columns, rows, { header: false }) : listMembers(asObjects(columns, rows));
  return { text, rows: rows.length };
}

interface Promised {
  readonly row: ExperimentRow;
  /** As announced; null: not known, for the experiment still ran. */
  readonly rows: number | null;
  readonly db: Db;
}

/**
 * Throws at the end when rows are missing. Each page is a statement of its own: an experiment that is deleted between two of them
 * has no more, which looks like the end. Throws not-found.
 */
async function* wholeOnly(pages: AsyncIterable<PageText>, { row, rows, db }: Promised): AsyncGenerator<string, void> {
  let sent = 0;
  for await (const page of pages) {
    sent += page.rows;
    yield page.text;
  }
  if (rows === sent) return;
  const isThere = (await getExperiment(db, row.project_id, row.id)) !== null;
  if (!isThere) throw new AppError('not-found', 'the experiment was deleted while its rows were sent');
  if (rows !== null) throw new Error(`${rows} rows were announced, and ${sent} were there`);
}

/** JSON keys are the CSV's columns. */
function asObjects<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): Record<string, CsvValue>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])));
}

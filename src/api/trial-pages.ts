import { TRIAL_SUMMARY_VERSION } from '../core/summary/trial-summary.ts';
import type { Db } from '../db/client.ts';
import { listSummariesPage, type SummaryRow } from '../db/trial-summaries.ts';
import { listTrialsPage, type TrialCursor, type TrialRow } from '../db/trials.ts';

/** Trials of one page. */
const MOST_TRIALS = 1_000;
/** Text of one page of summaries: parsing it takes some 10 ms. */
const SUMMARIES_BYTES = 1024 * 1024;
/** Of bodies, whose page is held for as long as a slow reader takes it: parsed it is ten times as large. */
const BODIES_BYTES = 256 * 1024;
/** Bodies differ: a page of short ones does not make the next a hundred times longer. */
const MOST_GROWTH = 4;

/**
 * Every trial of the current generation, in the order of the schedule, page by page: each page a statement of its own that is
 * sent when the page is asked for. The first has one trial; the others as many as fit, going by the length of those before.
 */
async function* pagesOf<Row extends TrialCursor>(
  page_bytes: number,
  read: (page: { after: TrialCursor | null; limit: number }) => Promise<Row[]>,
  lengthOf: (row: Row) => number,
): AsyncGenerator<Row[], void> {
  let after: TrialCursor | null = null;
  let limit = 1;
  for (;;) {
    const page: Row[] = await read({ after, limit });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < limit) return;
    after = last;
    const length = page.reduce((sum, row) => sum + lengthOf(row), 0);
    const fitting = Math.floor((page_bytes * page.length) / Math.max(1, length));
    limit = Math.max(1, Math.min(MOST_TRIALS, limit * MOST_GROWTH, fitting));
  }
}

/** Summaries, as text. */
export function summaryPages(db: Db, experiment_id: string): AsyncGenerator<SummaryRow[], void> {
  const version = TRIAL_SUMMARY_VERSION;
  return pagesOf(
    SUMMARIES_BYTES,
    (page) => listSummariesPage(db, experiment_id, { version, ...page }),
    ({ summary, body }) => (summary ?? body ?? '').length,
  );
}

/** Bodies, as text. */
export function bodyPages(db: Db, experiment_id: string): AsyncGenerator<TrialRow[], void> {
  return pagesOf(
    BODIES_BYTES,
    (page) => listTrialsPage(db, experiment_id, page),
    ({ body }) => body.length,
  );
}

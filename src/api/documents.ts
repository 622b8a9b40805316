import { compareResults } from '../core/compare/compare-results.ts';
import type { GateVerdict } from '../core/gate/verdict.ts';
import type { Results } from '../core/results.ts';
import type { ExperimentFacts } from '../core/summary/facts.ts';
import { summarise } from '../core/summary/summarise.ts';
import type { ReportPage } from '../db/report-pages.ts';
import type { ResultsText } from '../db/results.ts';
import { cellsCsv, trialsCsv } from '../report/csv.ts';
import { liveScript } from '../report/page/live.ts';
import type { Deps, ReportOptions } from './deps.ts';
import { sha256Hex } from './digest.ts';
import { gzip } from './gzip.ts';
import { pageHeaders } from './page-headers.ts';

/** What the answers of one experiment are made of. All of it is heavy work without I/O, which may run in a thread. */

export interface MadeResults extends ResultsText {
  /** The one that the text holds. */
  readonly verdict: GateVerdict;
}

export async function makeResults(facts: ExperimentFacts): Promise<MadeResults> {
  const results = summarise(facts);
  const text = JSON.stringify(results);
  return { text, digest: sha256Hex(text), verdict: results.verdict };
}

/** Two results cell by cell, a against b: the JSON of a comparison. */
export function makeComparison(a: string, b: string): string {
  return JSON.stringify(compareResults(JSON.parse(a) as Results, JSON.parse(b) as Results));
}

export const PARTS = ['cells.csv', 'trials.csv', 'trials.json', 'comparisons.json'] as const;
/** What is taken from a results document instead of all of it. */
export type Part = (typeof PARTS)[number];

export interface DocumentPart {
  /** The rows, in pieces that are sent one after another: of CSV without the header, of JSON as members of a list. */
  readonly pieces: readonly string[];
  readonly rows: number;
}

/** Rows in a piece. */
const PIECE_ROWS = 1_000;

function pieces<Row>(rows: readonly Row[], text: (rows: readonly Row[]) => string): DocumentPart {
  const count = Math.ceil(rows.length / PIECE_ROWS);
  const parts = Array.from({ length: count }, (_, i) => rows.slice(i * PIECE_ROWS, (i + 1) * PIECE_ROWS));
  return { pieces: parts.map(text), rows: rows.length };
}

/** The objects of a JSON list without its brackets. */
export function listMembers(rows: readonly unknown[]): string {
  return JSON.stringify(rows).slice(1, -1);
}

export function partOf(text: string, part: Part): DocumentPart {
  const results = JSON.parse(text) as Results;
  if (part === 'cells.csv') return pieces(results.cells, (cells) => cellsCsv({ cells }, { header: false }));
  if (part === 'trials.csv') return pieces(results.trials, (trials) => trialsCsv({ trials }, { header: false }));
  if (part === 'trials.json') return pieces(results.trials, listMembers);
  const { experiment, partial, comparisons, thresholds, verdict, baseline, answer } = results;
  const judged = { comparisons, thresholds, verdict, baseline, answer };
  const whole = JSON.stringify({ experiment_id: experiment.id, partial, ...judged });
  return { pieces: [whole], rows: comparisons.length };
}

const LIVE_SCRIPT = liveScript().toString();

/** The page of a results document, and the headers that its own styles and script need. */
export async function makePage(
  text: string,
  options: ReportOptions,
  renderReport: Deps['renderReport'],
): Promise<ReportPage> {
  const html = await renderReport(JSON.parse(text) as Results, options);
  const [headers, html_gzip] = await Promise.all([
    pageHeaders(html, options.live === null ? '' : LIVE_SCRIPT),
    gzip(html),
  ]);
  return { html_gzip, headers };
}

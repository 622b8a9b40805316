import { countText } from '../core/number-text.ts';
import type { Results } from '../core/results.ts';
import { durationText, secondsBetween } from './duration.ts';
import { besidePaper } from './terminal/beside-paper.ts';
import { cellsTable } from './terminal/cells-table.ts';
import { findingLines } from './terminal/findings.ts';
import { gateLines } from './terminal/gate-lines.ts';
import { painter } from './terminal/paint.ts';
import { requestsTable } from './terminal/requests-table.ts';
import { textWidth } from './terminal/width.ts';
import { wrapText } from './terminal/wrap-text.ts';
import { makeView, type View } from './view.ts';

export interface SummaryOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
}

const NO_INDENT = { first: '', rest: '' };
const LEGEND =
  'w: workers; ±: the farther end of the 95 % interval over the repetitions; n=1: no interval; ≥: failures stand above it; —: withheld, or too few requests; waiting for users: not a capacity';

/** What of the tables needs a word; a load that no cell has needs none. */
function legendOf({ families }: View): string {
  const isOpen = families.some(({ kind }) => kind === 'rate' || kind === 'stages');
  const isBounded = families.some(({ cells }) => cells.some(({ censored }) => censored.includes('capacity')));
  const words = [
    LEGEND,
    ...(isBounded ? ['≥ of a capacity: the generator, or a stop, was the limit of the search'] : []),
    ...(isOpen ? ['kept up: all that arrived was served, not a capacity'] : []),
  ];
  return `${words.join('; ')}.`;
}

/** The experiment for a terminal: a table of cells by load, what is wrong with them, the answer, the paper beside it. */
export function renderSummary(results: Results, { width, color }: SummaryOptions): string {
  const view = makeView(results);
  const paint = painter(color);
  const columns = textWidth(width);
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint('bold', title), ...lines];
  const answer = results.answer.flatMap((sentence) => wrapText(sentence, columns, { first: '  ', rest: '  ' }));
  const lines = [
    ...headLines(results, columns).map((line, i) => (i === 0 ? paint('bold', line) : paint('dim', line))),
    ...view.families.flatMap((family) => [
      '',
      paint('bold', family.title),
      ...cellsTable(view, family, columns, paint),
      ...requestsTable(view, family, columns, paint),
    ]),
    ...section(gateTitle(results), gateLines(results, columns, paint)),
    ...section('What to know first', findingLines(results, columns, paint)),
    ...section(results.partial ? 'The answer so far' : 'The answer', answer),
    ...section('Beside the paper', besidePaper(view, columns)),
    '',
    ...wrapText(legendOf(view), columns, NO_INDENT).map((line) => paint('dim', line)),
  ];
  return `${lines.join('\n')}\n`;
}

function gateTitle({ verdict, partial }: Results): string {
  return partial ? 'Gate so far' : `Gate: ${verdict}`;
}

function headLines({ experiment, host }: Results, width: number): string[] {
  const { name, status, reason, trials_done, trials_planned, started_at, ended_at } = experiment;
  const took =
    started_at !== null && ended_at !== null ? `, ${durationText(secondsBetween(started_at, ended_at))}` : '';
  const state = reason === null ? status : `${status} (${reason})`;
  const progress = `${trials_done} of ${countText(trials_planned, 'trial')}`;
  const first = wrapText(`${name}: ${state}, ${progress}${took}`, width, NO_INDENT);
  if (host === null) return [...first];
  const { cpu_model, cores, os } = host.fingerprint;
  return [...first, ...wrapText(`${cpu_model}, ${countText(cores, 'core')}, ${os}`, width, NO_INDENT)];
}

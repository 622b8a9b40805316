import type { ComparedCell, ComparedExperiment, ResultsComparison } from '../core/compare/compare-results.ts';
import { listText, percentText, ratioText } from '../core/number-text.ts';
import { timeText } from './duration.ts';
import { comparisonReasonText, reasonText } from './reasons.ts';
import type { SummaryOptions } from './terminal.ts';
import { padded } from './terminal/columns.ts';
import { type Paint, painter } from './terminal/paint.ts';
import { textWidth } from './terminal/width.ts';
import { wrapText } from './terminal/wrap-text.ts';
import { METRIC_LOOKS } from './value-text.ts';
import { boundSign, VERDICT_TEXTS } from './verdict-text.ts';

const NO_INDENT = { first: '', rest: '  ' };
const LEGEND =
  'B against A: above 1 B is better. 95 % intervals, Welch. A and B are one measurement session each: the intervals hold nothing of what differs from session to session. A gate against a stored baseline wants a history for that.';

type Pair = ComparedCell['comparisons'][number];
/** With what its cell was loaded. */
type LoadedPair = Pair & Pick<ComparedCell, 'users'>;

/** What `benchwright compare` prints for people. */
export function renderComparison(comparison: ResultsComparison, options: SummaryOptions): string {
  const { a, b, not_comparable, cells } = comparison;
  const width = textWidth(options.width);
  const paint = painter(options.color);
  const refused = not_comparable.map(reasonText);
  const lines = [
    ...wrapText(`A: ${experimentText(a)}`, width, NO_INDENT),
    ...wrapText(`B: ${experimentText(b)}`, width, NO_INDENT),
    '',
    ...(refused.length > 0
      ? wrapText(`Not comparable: ${listText(refused)}.`, width, NO_INDENT).map((line) => paint('yellow', line))
      : cells.flatMap((cell) => cellLines(cell, width, paint))),
    ...(refused.length > 0 ? [] : legend(width, paint)),
  ];
  return `${lines.join('\n')}\n`;
}

function legend(width: number, paint: Paint): string[] {
  return ['', ...wrapText(LEGEND, width, { first: '', rest: '' }).map((line) => paint('dim', line))];
}

function experimentText({ experiment_id, name, ended_at, status, labels }: ComparedExperiment): string {
  const ended = ended_at === null ? status : timeText(ended_at);
  const commit = labels['commit'] === undefined ? '' : `, commit ${labels['commit'].slice(0, 12)}`;
  return `${name} (${experiment_id}, ${ended}${commit})`;
}

function cellLines({ cell, users, not_comparable, comparisons }: ComparedCell, width: number, paint: Paint): string[] {
  if (not_comparable !== null)
    return wrapText(`${cell}: not comparable, ${reasonText(not_comparable)}`, width, NO_INDENT).map((line) =>
      paint('yellow', line),
    );
  return [
    paint('bold', cell),
    ...comparisons.flatMap((pair) => pairLines({ ...pair, users }, width).map((line) => painted(pair, line, paint))),
  ];
}

/** Wide enough for "mean latency", the longest. */
const HEAD_WIDTH = 12;
const HEAD_INDENT = '  ';

function pairLines(pair: LoadedPair, width: number): readonly string[] {
  const head = `${HEAD_INDENT}${padded(headOf(pair), HEAD_WIDTH, 'left')}  `;
  const indent = ' '.repeat(head.length);
  const [first = '', ...rest] = wrapText(pairText(pair), width, { first: indent, rest: indent });
  return [head + first.slice(head.length), ...rest];
}

/** "p95 latency". */
function headOf({ metric }: Pair): string {
  const { head } = METRIC_LOOKS[metric];
  return (metric.startsWith('latency_') ? `${head} latency` : head).toLowerCase();
}

function pairText(pair: LoadedPair): string {
  const { ratio, lo, hi, verdict, mde, reason } = pair;
  const words = comparisonReasonText(pair);
  if (ratio === null) return `${VERDICT_TEXTS[verdict]}: ${words}`;
  const interval = lo === null || hi === null ? '' : ` (${ratioText(lo)}–${ratioText(hi)})`;
  const seen = mde === null ? '' : `; only ${percentText(mde)} or more would have shown`;
  const why = reason === null ? '' : `; ${words}`;
  return `${boundSign(pair)}${ratioText(ratio)}×${interval} ${VERDICT_TEXTS[verdict]}${why}${seen}`;
}

function painted({ verdict }: Pair, line: string, paint: Paint): string {
  if (verdict === 'faster') return paint('green', line);
  return verdict === 'slower' ? paint('red', line) : line;
}

import type { Finding } from '../../core/finding.ts';
import { countText } from '../../core/number-text.ts';
import type { Results } from '../../core/results.ts';
import { hasWorst, worstFirst } from '../../core/worst-findings.ts';
import type { Paint } from './paint.ts';
import { wrapText } from './wrap-text.ts';

/** Rules listed; all of them are on the page. */
const MOST_RULES = 6;

/** What makes cells invalid or suspect (or of those severities), one line a rule with its gravest sentence. */
export function findingLines(
  { cells }: Pick<Results, 'cells'>,
  width: number,
  paint: Paint,
  severities: readonly Finding['severity'][] = ['INVALID', 'SUSPECT'],
): string[] {
  const grave = cells.flatMap(({ findings }) => findings).filter(({ severity }) => severities.includes(severity));
  const rules = [...Map.groupBy(grave, ({ severity, rule }) => `${severity} ${rule}`).values()];
  const sorted = rules.sort((a, b) => Number(b[0]?.severity === 'INVALID') - Number(a[0]?.severity === 'INVALID'));
  const lines = sorted.slice(0, MOST_RULES).flatMap((group) => {
    const [first] = worstFirst(group);
    if (first === undefined) return [];
    const isOneOfMany = group.some(({ says }) => says !== first.says);
    const which = isOneOfMany ? (hasWorst(first.rule) ? '; at worst' : '; one of them') : '';
    const concerned = new Set(group.map((finding) => finding.cell));
    const colour = first.severity === 'INVALID' ? 'red' : 'yellow';
    const text = `${first.severity.toLowerCase()} ${first.rule}, ${countText(concerned.size, 'cell')}${which}: ${first.says}`;
    return wrapText(text, width, { first: '  ', rest: '    ' }).map((line) => paint(colour, line));
  });
  return sorted.length > MOST_RULES ? [...lines, `  and ${sorted.length - MOST_RULES} more rules, on the page`] : lines;
}

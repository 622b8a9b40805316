import { failedText, openText, seenText } from '../../core/gate/gate-text.ts';
import type { ThresholdCheck } from '../../core/gate/verdict.ts';
import { percentText } from '../../core/number-text.ts';
import type { Results } from '../../core/results.ts';
import { type Markup, markup } from '../markup.ts';
import { numberCell, tableMarkup, textCell } from './table.ts';
import { thinRows } from './thin-rows.ts';

const NOTE =
  'Seen: the value of the cell, or head against base as a ratio of which more than 1 is better, with its 95 % interval. An expectation is met or missed only where the whole interval is; a regression fails only where the whole interval lies beyond what is allowed and stands after Holm’s correction over the thresholds of its metric; the intervals shown are not adjusted. “Worse by 3 % at most” is a ratio of 1/1.03 or more. Inconclusive is no failure. “Would see”: the smallest difference, from the base or beyond the limit, that these repetitions with this spread would have shown.';

/** Every check of every threshold. */
export function gateTable({ thresholds }: Pick<Results, 'thresholds'>): Markup {
  const all = thresholds.flatMap(({ id, checks }) => checks.map((check, i) => ({ id, check, opens: i === 0 })));
  const about = { kind: 'check', source: 'results.json', telling: 'those that did not pass' };
  const { shown, says } = thinRows(all, about, ({ check }) => check.verdict !== 'passed');
  return tableMarkup({
    id: 'table-gate',
    number: 'Gate',
    title: 'What was expected, and what was seen',
    columns: [
      { head: 'Threshold' },
      // On a phone the others are scrolled to.
      { head: 'Verdict' },
      { head: 'Cell' },
      { head: 'Expected' },
      { head: 'Seen', kind: 'number' },
      { head: 'Would see', kind: 'number' },
    ],
    rows: shown.map(({ id, check, opens }, i) => ({ head: id, opens: opens && i > 0, cells: cellsOf(check) })),
    notes: [NOTE, ...(says === null ? [] : [says])],
  });
}

function cellsOf(check: ThresholdCheck): Markup[] {
  const { cell, expected, verdict, mde, reason } = check;
  const isOpen = verdict === 'inconclusive' && reason !== 'interval-spans';
  const why = isOpen ? openText({ ...check, mde: null }) : failedText(check);
  return [
    textCell(markup`<span class="pill ${verdict}">${verdict}</span>${why !== null && markup`<small>${why}</small>`}`),
    textCell(cell),
    textCell(expected),
    numberCell(seenMarkup(check)),
    numberCell(mde === null ? '—' : percentText(mde)),
  ];
}

function seenMarkup(check: ThresholdCheck): Markup {
  const { p_holm, method } = check;
  const title =
    p_holm === null ? '' : `${method}; p after Holm ${p_holm < 0.0001 ? '< 0.0001' : p_holm.toPrecision(2)}`;
  return markup`<span title="${title}">${seenText(check) ?? '—'}</span>`;
}

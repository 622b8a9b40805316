import { declaredText, measuredText, percentText } from '../../core/number-text.ts';
import type { Comparison, Metric } from '../../core/results.ts';
import { type Markup, markup } from '../markup.ts';
import { reasonText } from '../reasons.ts';
import { METRIC_LOOKS } from '../value-text.ts';
import type { View } from '../view.ts';
import { numberCell, tableMarkup, textCell } from './table.ts';
import { loadText } from './trials.ts';

const VERDICT_TEXTS: Readonly<Record<Comparison['verdict'], string>> = {
  faster: 'better',
  slower: 'worse',
  equivalent: 'equivalent',
  inconclusive: 'inconclusive',
  'not-testable': 'not testable',
};

/** Every pair of deployments at equal workers and load, by each metric that is compared. */
export function comparisonsTable(view: View): Markup | null {
  const { comparisons } = view.results;
  if (comparisons.length === 0) return null;
  const metrics = [...new Set(comparisons.map((c) => c.metric))];
  const groups = [...Map.groupBy(comparisons, (c) => `${c.cell_a} ${c.cell_b}`).values()];
  const margin = comparisons[0]?.margin ?? 0;
  const reasons = [
    ...new Set(
      comparisons.flatMap((c) =>
        c.verdict === 'not-testable' || c.verdict === 'inconclusive' ? (c.reason ?? []) : [],
      ),
    ),
  ];
  return tableMarkup({
    id: 'table-comparisons',
    number: 'Comparisons',
    title: 'First against second, at equal workers and load: above 1 the first is better',
    columns: [
      { head: 'First' },
      { head: 'Second' },
      { head: 'Workers', kind: 'number' },
      { head: 'Load' },
      ...metrics.map((metric) => ({ head: comparedHead(metric), kind: 'number' as const })),
    ],
    rows: groups.flatMap((group, i) => {
      const [first] = group;
      if (first === undefined) return [];
      const before = groups[i - 1]?.[0];
      return {
        head: view.name(first.a),
        opens: before !== undefined && (before.workers !== first.workers || loadText(before) !== loadText(first)),
        cells: [
          textCell(view.name(first.b)),
          numberCell(first.workers),
          textCell(loadText(first)),
          ...metrics.map((metric) => comparisonCell(group, metric)),
        ],
      };
    }),
    notes: [
      `Ratio with its 95 % interval. Better or worse: the whole interval lies beyond 1 ± ${declaredText(margin * 100)} %, and it stands after Holm’s correction over the pairs of a metric. Equivalent: the whole interval lies within. Intervals are printed unadjusted. “Would see”: the smallest difference that this many repetitions with this spread would have shown.`,
      ...(reasons.length === 0 ? [] : [`Without a verdict: ${reasons.map(reasonText).join('; ')}.`]),
    ],
    long: groups.length > LONG,
  });
}

function comparedHead(metric: Metric): string {
  const { head } = METRIC_LOOKS[metric];
  return metric.startsWith('latency_') ? `${head} latency` : head;
}

/** Rows that fit on a screen. */
const LONG = 24;

function comparisonCell(group: readonly Comparison[], metric: Metric): Markup {
  const comparison = group.find((c) => c.metric === metric);
  if (comparison === undefined) return numberCell('—');
  const { verdict, ratio, lo, hi, mde, reason, p_holm } = comparison;
  if (ratio === null)
    return numberCell(
      markup`<abbr class="gap" title="${reasonText(reason)}">—</abbr><small>${VERDICT_TEXTS[verdict]}</small>`,
    );
  const interval = lo === null || hi === null ? '' : ` (${measuredText(lo)}–${measuredText(hi)})`;
  const seen =
    verdict === 'inconclusive' && mde !== null
      ? `the smallest difference that would have been seen: ${percentText(mde)}`
      : '';
  const title = [
    p_holm === null ? '' : `p after Holm ${p_holm < 0.0001 ? '< 0.0001' : p_holm.toPrecision(2)}`,
    seen,
    reason === null ? '' : reasonText(reason),
  ]
    .filter((t) => t !== '')
    .join('; ');
  return numberCell(
    markup`<span title="${title}">${measuredText(ratio)}×${interval}<small class="verdict ${verdict}">${VERDICT_TEXTS[verdict]}${seen !== '' && mde !== null && `, would see ${percentText(mde)}`}</small></span>`,
  );
}

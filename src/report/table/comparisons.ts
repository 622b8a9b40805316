import { countText, declaredText, measuredText, percentText } from '../../core/number-text.ts';
import type { Metric } from '../../core/metric.ts';
import type { Comparison } from '../../core/results.ts';
import { type Markup, markup } from '../markup.ts';
import { comparisonReasonText } from '../reasons.ts';
import { METRIC_LOOKS } from '../value-text.ts';
import { boundSign, VERDICT_TEXTS } from '../verdict-text.ts';
import type { View } from '../view.ts';
import { numberCell, tableMarkup, textCell } from './table.ts';
import { MOST_ROWS, thinRows } from './thin-rows.ts';
import { loadText } from './trials.ts';

/** Every pair of deployments at equal workers and load, by each metric that is compared. */
export function comparisonsTable(view: View): Markup | null {
  const { comparisons } = view.results;
  if (comparisons.length === 0) return null;
  const metrics = [...new Set(comparisons.map((c) => c.metric))];
  const all = [...Map.groupBy(comparisons, (c) => `${c.cell_a} ${c.cell_b}`).values()];
  const { shown: groups, says } = shownOf(all);
  const margin = comparisons[0]?.margin ?? 0;
  const reasons = [
    ...new Set(
      comparisons.flatMap((c) =>
        c.reason !== null && (c.verdict === 'not-testable' || c.verdict === 'inconclusive')
          ? [comparisonReasonText(c)]
          : [],
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
        opens:
          before !== undefined && (before.workers !== first.workers || loadOf(view, before) !== loadOf(view, first)),
        cells: [
          textCell(view.name(first.b)),
          numberCell(first.workers),
          textCell(loadOf(view, first)),
          ...metrics.map((metric) => comparisonCell(group, metric)),
        ],
      };
    }),
    notes: [
      `Ratio with its 95 % interval. Better or worse: the whole interval lies beyond 1 ± ${declaredText(margin * 100)} %, and it stands after Holm’s correction over the pairs of a metric. Equivalent: the whole interval lies within. Intervals are printed unadjusted. “Would see”: the smallest difference that this many repetitions with this spread would have shown.`,
      ...(groups.flat().some((c) => boundSign(c) !== '') ? [BOUND_NOTE] : []),
      ...(reasons.length === 0 ? [] : [`Without a verdict: ${reasons.join('; ')}.`]),
      ...says,
    ],
    long: groups.length > LONG,
  });
}

const loadOf = (view: View, { cell_a }: Comparison): string => loadText(view, cell_a);
const placeOf = ([c]: readonly Comparison[]): string =>
  `${c?.workers} ${c?.workload} ${c?.users === null} ${c?.connections === null}`;
const levelOf = ([c]: readonly Comparison[]): number => c?.users ?? c?.connections ?? c?.rate_rps ?? 0;

/** Of more pairs than fit on a page those at the highest load of each worker count; of more than fit of those, a part. */
function shownOf(groups: readonly (readonly Comparison[])[]): {
  readonly shown: readonly (readonly Comparison[])[];
  readonly says: readonly string[];
} {
  if (groups.length <= MOST_ROWS) return { shown: groups, says: [] };
  const highest = new Map<string, number>();
  for (const group of groups) highest.set(placeOf(group), Math.max(levelOf(group), highest.get(placeOf(group)) ?? 0));
  const source = 'results.json';
  const thinned = thinRows(
    groups.filter((group) => levelOf(group) === highest.get(placeOf(group))),
    { kind: 'pair', source },
  );
  const first = `Of ${countText(groups.length, 'pair')} those at the highest load are shown; all of them are in ${source}.`;
  return { shown: thinned.shown, says: thinned.says === null ? [first] : [first, thinned.says] };
}

function comparedHead(metric: Metric): string {
  const { head } = METRIC_LOOKS[metric];
  return metric.startsWith('latency_') ? `${head} latency` : head;
}

/** Rows that fit on a screen. */
const LONG = 24;

const BOUND_NOTE = '≥ and ≤: one of the two values is a lower bound, so they differ by at least that.';

function comparisonCell(group: readonly Comparison[], metric: Metric): Markup {
  const comparison = group.find((c) => c.metric === metric);
  if (comparison === undefined) return numberCell('—');
  const { verdict, ratio, lo, hi, mde, reason, p_holm } = comparison;
  if (ratio === null)
    return numberCell(
      markup`<abbr class="gap" title="${comparisonReasonText(comparison)}">—</abbr><small>${VERDICT_TEXTS[verdict]}</small>`,
    );
  const interval = lo === null || hi === null ? '' : ` (${measuredText(lo)}–${measuredText(hi)})`;
  const seen =
    verdict === 'inconclusive' && mde !== null
      ? `the smallest difference that would have been seen: ${percentText(mde)}`
      : '';
  const title = [
    p_holm === null ? '' : `p after Holm ${p_holm < 0.0001 ? '< 0.0001' : p_holm.toPrecision(2)}`,
    seen,
    reason === null ? '' : comparisonReasonText(comparison),
  ]
    .filter((t) => t !== '')
    .join('; ');
  return numberCell(
    markup`<span title="${title}">${boundSign(comparison)}${measuredText(ratio)}×${interval}<small class="verdict ${verdict}">${VERDICT_TEXTS[verdict]}${seen !== '' && mde !== null && `, would see ${percentText(mde)}`}</small></span>`,
  );
}

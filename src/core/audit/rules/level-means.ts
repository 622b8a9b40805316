import { NOTHING } from '../audit-report.ts';
import type { AuditFinding, Checked, RuleOutcome } from '../audit-report.ts';
import { overlap, rangeOf } from '../printed-number.ts';
import type { PrintedNumber } from '../printed-number.ts';
import { cellsAcrossLevels, levelsOf, meansOf, metricOf } from '../study-cells.ts';
import type { StudyCell } from '../study-cells.ts';
import type { Study } from '../study.ts';
import { STUDY_METRICS } from '../study-row.ts';
import type { StudyMetric } from '../study-row.ts';
import { cellName, counted, deploymentName, figure, listed, metricName, rounded, unitOf } from '../wording.ts';

const RULE = 'level-means';

interface Impossible {
  readonly cell: StudyCell;
  readonly metric: StudyMetric;
  readonly printed: PrintedNumber;
  /** Rounding included: the mean is at least this, or exactly about this when all levels are known. */
  readonly bound: number;
  readonly largest: PrintedNumber;
  readonly partial: boolean;
}

/**
 * Can a printed mean over load levels be the mean of its levels? Where all are printed it must agree within rounding.
 * Where only some are, the others are ≥ 0, so it is at least the sum of those known over the number of levels.
 */
export function levelMeans(study: Study): RuleOutcome {
  const levels = levelsOf(study);
  const means = meansOf(study);
  if (means.length === 0)
    return { ...NOTHING, not_run: [{ rule: RULE, reason: 'no table of means over load levels was given' }] };
  const impossible: Impossible[] = [];
  let agree = 0;
  let possible = 0;
  for (const cell of means) {
    const across = cellsAcrossLevels(study, cell.deployment, cell.workers);
    for (const metric of STUDY_METRICS) {
      const printed = metricOf(cell, metric);
      const known = levels.flatMap((users) => {
        const at = across.get(users);
        return (at && metricOf(at, metric)) ?? [];
      });
      if (printed === null || known.length === 0) continue;
      const problem = judge(printed, known, levels.length);
      if (problem !== null) impossible.push({ cell, metric, printed, ...problem });
      else if (known.length === levels.length) agree += 1;
      else possible += 1;
    }
  }
  return { findings: grouped(impossible, levels.length), checked: counts(agree, possible), not_run: [] };
}

function judge(
  printed: PrintedNumber,
  known: readonly PrintedNumber[],
  levels: number,
): Pick<Impossible, 'bound' | 'largest' | 'partial'> | null {
  const ranges = known.map(rangeOf);
  const lo = ranges.reduce((sum, r) => sum + Math.max(0, r.lo), 0) / levels;
  const hi = ranges.reduce((sum, r) => sum + r.hi, 0) / levels;
  const partial = known.length < levels;
  const range = rangeOf(printed);
  const fits = partial ? range.hi >= lo : overlap(range, { lo, hi });
  if (fits) return null;
  const largest = known.reduce((max, x) => (x.value > max.value ? x : max));
  return { bound: partial ? lo : (lo + hi) / 2, largest, partial };
}

function counts(agree: number, possible: number): readonly Checked[] {
  return [
    ...(agree > 0
      ? [{ rule: RULE, says: `${counted(agree, 'mean')} over levels agree with the rows they average.` }]
      : []),
    ...(possible > 0
      ? [
          {
            rule: RULE,
            says: `${counted(possible, 'mean')} over levels are possible, but some of their levels are not printed.`,
          },
        ]
      : []),
  ];
}

function grouped(impossible: readonly Impossible[], levels: number): readonly AuditFinding[] {
  return STUDY_METRICS.flatMap((metric) => {
    const ofMetric = impossible.filter((x) => x.metric === metric);
    const [first] = ofMetric;
    if (first === undefined) return [];
    const unit = unitOf(metric);
    const parts = ofMetric.map(
      ({ cell, printed, bound, largest, partial }) =>
        `${printed.value.toFixed(printed.decimals)} ${unit} for ${deploymentName(cell)} ` +
        (partial
          ? `(one of the ${levels} levels alone is ${largest.value.toFixed(largest.decimals)}, so at least ${figure(bound, 3)})`
          : `(its levels average ${figure(bound, 3)})`),
    );
    return [
      {
        rule: RULE,
        severity: 'INVALID' as const,
        tables: [...new Set(ofMetric.flatMap((x) => x.cell.tables))],
        rows: ofMetric.map((x) => cellName(x.cell)),
        evidence: Object.fromEntries(
          ofMetric.flatMap((x) => [
            [`${x.cell.deployment}_${x.cell.workers ?? 0}w_printed`, x.printed.value],
            [
              `${x.cell.deployment}_${x.cell.workers ?? 0}w_${x.partial ? 'at_least' : 'from_levels'}`,
              rounded(x.bound),
            ],
          ]),
        ),
        says: `As ${metricName(metric)} over ${levels} load levels these cannot be means of the printed rows: ${listed(parts)}.`,
        remedy: 'Recompute from counts: sum failures and requests over the levels, or print every level.',
      },
    ];
  });
}

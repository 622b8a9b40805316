import { NOTHING } from '../audit-report.ts';
import type { AuditFinding, RuleOutcome } from '../audit-report.ts';
import { cellsAcrossLevels, levelsOf, meansOf, metricOf } from '../study-cells.ts';
import type { StudyCell } from '../study-cells.ts';
import type { Study } from '../study.ts';
import type { StudyMetric } from '../study-row.ts';
import { cellName, figure, metricName, rounded } from '../wording.ts';

const RULE = 'mean-over-levels';
const PERCENTILES: readonly StudyMetric[] = ['latency_p50_ms', 'latency_p90_ms', 'latency_p95_ms', 'latency_p99_ms'];

/** Below this a level's weight makes no difference worth a line. */
const WORTH_SAYING = 0.05;

/**
 * A mean over load levels describes no load. Per request, each level weighs by its throughput; a mean of percentiles is no
 * percentile at all: 100 requests at 10 ms and 900 at 100 ms have p95 100 ms, the mean of the two p95s is 55.
 */
export function unweightedMeans(study: Study): RuleOutcome {
  const means = meansOf(study);
  if (means.length === 0)
    return { ...NOTHING, not_run: [{ rule: RULE, reason: 'no table of means over load levels was given' }] };
  return { findings: [...averagedPercentiles(means), ...weighing(study, means)], checked: [], not_run: [] };
}

function averagedPercentiles(means: readonly StudyCell[]): readonly AuditFinding[] {
  const metrics = PERCENTILES.filter((metric) => means.some((cell) => metricOf(cell, metric) !== null));
  if (metrics.length === 0) return [];
  const names = metrics.map(metricName).join(' and ');
  return [
    {
      rule: 'averaged-percentiles',
      severity: 'SUSPECT',
      tables: [...new Set(means.flatMap((cell) => cell.tables))],
      rows: means.map(cellName),
      evidence: { columns: metrics.join(', '), rows: means.length },
      says: `The ${names} of these rows are means of the levels' percentiles: percentiles of no set of requests.`,
      remedy: 'Merge the histograms, then take the percentile; or print one row per level.',
    },
  ];
}

function weighing(study: Study, means: readonly StudyCell[]): readonly AuditFinding[] {
  const all = means.flatMap((cell) => perRequest(study, cell) ?? []);
  const off = all.filter(({ plain, weighed }) => Math.abs(weighed / plain - 1) > WORTH_SAYING);
  const worst = off.reduce<Weighed | null>((best, x) => (best === null || ratio(x) > ratio(best) ? x : best), null);
  if (worst === null) return [];
  return [
    {
      rule: RULE,
      severity: 'NOTE',
      tables: [...new Set(off.flatMap((x) => x.cell.tables))],
      rows: off.map((x) => cellName(x.cell)),
      evidence: Object.fromEntries(
        off.flatMap((x) => [
          [`${x.cell.deployment}_${x.cell.workers ?? 0}w_plain_ms`, rounded(x.plain)],
          [`${x.cell.deployment}_${x.cell.workers ?? 0}w_per_request_ms`, rounded(x.weighed)],
        ]),
      ),
      says:
        `A mean over load levels counts the lightest level as much as the heaviest: per request the mean latency of ` +
        `${worst.cell.deployment} was ${figure(worst.weighed, 0)} ms where ${figure(worst.plain, 0)} ms is printed.`,
      remedy: 'Compare at equal load, level by level.',
    },
  ];
}

interface Weighed {
  readonly cell: StudyCell;
  readonly plain: number;
  readonly weighed: number;
}

function ratio({ plain, weighed }: Weighed): number {
  return Math.max(weighed / plain, plain / weighed);
}

/** Σ X·R / Σ X over the levels; null unless every level is printed. */
function perRequest(study: Study, cell: StudyCell): Weighed | null {
  const plain = metricOf(cell, 'latency_mean_ms');
  const across = cellsAcrossLevels(study, cell.deployment, cell.workers);
  let requests = 0;
  let time = 0;
  for (const users of levelsOf(study)) {
    const level = across.get(users);
    const x = level && metricOf(level, 'throughput_rps');
    const r = level && metricOf(level, 'latency_mean_ms');
    if (!x || !r) return null;
    requests += x.value;
    time += x.value * r.value;
  }
  return plain === null || plain.value <= 0 || requests <= 0
    ? null
    : { cell, plain: plain.value, weighed: time / requests };
}

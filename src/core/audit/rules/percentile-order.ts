import { NOTHING } from '../audit-report.ts';
import type { AuditFinding, RuleOutcome } from '../audit-report.ts';
import { coarseRangeOf } from '../printed-number.ts';
import type { Range } from '../printed-number.ts';
import type { Study } from '../study.ts';
import type { StudyMetric, StudyRow } from '../study-row.ts';
import { cellName, counted, figure, metricName, rounded } from '../wording.ts';

const RULE = 'percentile-order';

/** Latencies of one row from the least to the largest, with the share of requests at or below each. */
const ORDER: readonly { readonly metric: StudyMetric; readonly q: number }[] = [
  { metric: 'latency_min_ms', q: 0 },
  { metric: 'latency_p50_ms', q: 0.5 },
  { metric: 'latency_p90_ms', q: 0.9 },
  { metric: 'latency_p95_ms', q: 0.95 },
  { metric: 'latency_p99_ms', q: 0.99 },
  { metric: 'latency_max_ms', q: 1 },
];

interface Point extends Range {
  readonly metric: StudyMetric;
  readonly q: number;
}

/** Percentiles must not fall, and a mean must be possible beside them. */
export function percentileOrder(study: Study): RuleOutcome {
  const findings: AuditFinding[] = [];
  let seen = 0;
  for (const { table, rows, holds } of study.tables) {
    // A mean of percentiles over levels keeps both orders, because each level does.
    for (const row of rows) {
      const points = pointsOf(row);
      if (points.length < 2) continue;
      seen += 1;
      const says = fallingPercentile(points) ?? impossibleMean(points, row);
      if (says !== null) findings.push(toFinding(table, row, holds === 'means_over_users', says));
    }
  }
  if (seen === 0)
    return {
      ...NOTHING,
      not_run: [{ rule: RULE, reason: 'no row gives two percentiles, or a percentile and the extremes' }],
    };
  const fine = seen - findings.length;
  const says = `${counted(fine, 'row')}: percentiles in order, and the mean is possible beside them.`;
  return { findings, checked: fine === 0 ? [] : [{ rule: RULE, says }], not_run: [] };
}

function pointsOf(row: StudyRow): readonly Point[] {
  return ORDER.flatMap(({ metric, q }) => {
    const printed = row[metric];
    return printed === null ? [] : [{ metric, q, ...coarseRangeOf(printed) }];
  });
}

interface Verdict {
  readonly says: string;
  readonly evidence: Record<string, number>;
}

function fallingPercentile(points: readonly Point[]): Verdict | null {
  for (const [i, high] of points.entries()) {
    const low = points[i - 1];
    if (low === undefined || high.hi >= low.lo) continue;
    return {
      says: `the ${metricName(high.metric)} lies below the ${metricName(low.metric)}`,
      evidence: { [low.metric]: (low.lo + low.hi) / 2, [high.metric]: (high.lo + high.hi) / 2 },
    };
  }
  return null;
}

/**
 * A share q_(i+1) − q_i of the requests took at least p_i and at most p_(i+1), so the mean is at least Σ(q_(i+1) − q_i)·p_i
 * and, where the largest is known, at most Σ(q_(i+1) − q_i)·p_(i+1).
 */
function impossibleMean(points: readonly Point[], row: StudyRow): Verdict | null {
  if (row.latency_mean_ms === null) return null;
  const mean = coarseRangeOf(row.latency_mean_ms);
  const least = points.reduce((sum, point, i) => sum + ((points[i + 1]?.q ?? 1) - point.q) * Math.max(0, point.lo), 0);
  const known = points.at(-1)?.q === 1;
  const most = points.reduce((sum, point, i) => sum + (point.q - (points[i - 1]?.q ?? 0)) * point.hi, 0);
  if (mean.hi < least)
    return {
      says: `a mean latency of ${figure(row.latency_mean_ms.value)} ms is impossible: the percentiles need at least ${figure(least)} ms`,
      evidence: { latency_mean_ms: row.latency_mean_ms.value, least_possible_ms: rounded(least) },
    };
  if (known && mean.lo > most)
    return {
      says: `a mean latency of ${figure(row.latency_mean_ms.value)} ms is impossible: the percentiles allow at most ${figure(most)} ms`,
      evidence: { latency_mean_ms: row.latency_mean_ms.value, most_possible_ms: rounded(most) },
    };
  return null;
}

function toFinding(table: string, row: StudyRow, averaged: boolean, verdict: Verdict): AuditFinding {
  return {
    rule: RULE,
    severity: 'INVALID',
    tables: [table],
    rows: [cellName(row)],
    evidence: verdict.evidence,
    says: `${table}, ${cellName(row)}: ${verdict.says}${averaged ? ', also for a mean over levels' : ''}.`,
    remedy: 'Compute mean and percentiles from the same requests of the same run.',
  };
}

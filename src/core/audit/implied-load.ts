import type { AuditRow } from './audit-report.ts';
import { rangeOf } from './printed-number.ts';
import { cellsOf, metricOf } from './study-cells.ts';
import type { StudyCell } from './study-cells.ts';
import type { Study, StudyDesign } from './study.ts';

export interface DeclaredThinkTime {
  readonly min: number;
  readonly max: number;
}

export function declaredThinkTime(design: StudyDesign): DeclaredThinkTime | null {
  const declared = design.think_time_s;
  if (declared === null) return null;
  if ('constant' in declared) return { min: declared.constant, max: declared.constant };
  return { min: Math.min(...declared.uniform), max: Math.max(...declared.uniform) };
}

/**
 * The least that the mean number of users can have been in a run that starts them at `ramp` per second and lasts
 * `duration` s or more, counted from the first user: N(1 − N/(2·ramp·duration)), since N/ramp seconds pass with half of
 * them on average. null when ramp or duration is not declared.
 */
export function leastMeanUsers(users: number, design: StudyDesign): number | null {
  const { ramp_users_per_s: ramp, duration_s_min: duration } = design;
  if (ramp === null || duration === null) return null;
  if (users / ramp >= duration) return (ramp * duration) / 2;
  return users * (1 - users / (2 * ramp * duration));
}

/**
 * What a cell's throughput X and mean latency R say about the load it was given: each of N users sends, waits R, then
 * pauses Z, so N = X(R + Z) and Z = N/X − R (interactive response time law: Denning & Buzen, Computing Surveys 10, 1978).
 *
 * The lower bound takes every doubt in the study's favour: the fewest users that the ramp allows, the largest X that
 * would print so, and failures not counted in X. Throughputs that average several runs only raise Z (Jensen).
 */
export function impliedRow(cell: StudyCell, design: StudyDesign): AuditRow | null {
  const x = metricOf(cell, 'throughput_rps');
  const r = metricOf(cell, 'latency_mean_ms');
  if (cell.users === null || x === null || r === null || rangeOf(x).lo <= 0) return null;
  const errors = metricOf(cell, 'error_rate_pct');
  const failedShare = errors === null ? 0 : Math.min(0.99, rangeOf(errors).hi / 100);
  const leastUsers = leastMeanUsers(cell.users, design);
  const atLeast = leastUsers === null ? null : (leastUsers * (1 - failedShare)) / rangeOf(x).hi - rangeOf(r).hi / 1000;
  const atMost = cell.users / rangeOf(x).lo - rangeOf(r).lo / 1000;
  const declared = declaredThinkTime(design);
  return {
    tables: [...cell.tables],
    deployment: cell.deployment,
    workers: cell.workers,
    users: cell.users,
    throughput_rps: x.value,
    latency_mean_ms: r.value,
    think_time_implied_s: cell.users / x.value - r.value / 1000,
    think_time_at_least_s: atLeast,
    think_time_at_most_s: atMost,
    in_flight: (x.value * r.value) / 1000,
    contradicts_design:
      declared === null ? null : (atLeast !== null && atLeast > declared.max) || atMost < declared.min,
  };
}

export function impliedRows(study: Study): readonly AuditRow[] {
  return cellsOf(study).flatMap((cell) => impliedRow(cell, study.design) ?? []);
}

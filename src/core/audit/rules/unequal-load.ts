import { NOTHING } from '../audit-report.ts';
import type { AuditRow, RuleOutcome } from '../audit-report.ts';
import { declaredThinkTime, impliedRows } from '../implied-load.ts';
import type { DeclaredThinkTime } from '../implied-load.ts';
import type { Study } from '../study.ts';
import { cellName, counted, figure, listed, rounded, span } from '../wording.ts';

const RULE = 'unequal-load';

/** Chance moves a mean of n pauses by cv/√n; three of those are left to it. */
const CHANCE = 3;

interface Contrast {
  readonly a: AuditRow;
  readonly b: AuditRow;
}

/** Were the deployments given the same load at equal users? Their implied pauses must be able to be equal. */
export function unequalLoad(study: Study): RuleOutcome {
  const { ramp_users_per_s: ramp, duration_s_min: duration } = study.design;
  if (ramp === null || duration === null)
    return {
      ...NOTHING,
      not_run: [{ rule: RULE, reason: 'ramp or duration is not declared, so pauses have no bounds' }],
    };
  const pairs = pairsAtEqualLoad(impliedRows(study));
  if (pairs.length === 0)
    return {
      ...NOTHING,
      not_run: [{ rule: RULE, reason: 'no two deployments have a row at equal workers and users' }],
    };
  const declared = declaredThinkTime(study.design);
  const unequal = pairs.filter(({ a, b }) => {
    const [x, y] = [pauseRange(a, declared, duration), pauseRange(b, declared, duration)];
    return x.hi < y.lo || y.hi < x.lo;
  });
  const same = pairs.length - unequal.length;
  const says = `${counted(same, 'pair')} of deployments may have been given the same load.`;
  return {
    findings: unequal.length === 0 ? [] : [finding(unequal, pairs.length, declared)],
    checked: same === 0 ? [] : [{ rule: RULE, says }],
    not_run: [],
  };
}

function pairsAtEqualLoad(rows: readonly AuditRow[]): readonly Contrast[] {
  return rows.flatMap((a, i) =>
    rows
      .slice(i + 1)
      .filter((b) => a.deployment !== b.deployment && a.users === b.users && a.workers === b.workers)
      .map((b) => ({ a, b })),
  );
}

function pauseRange(
  row: AuditRow,
  declared: DeclaredThinkTime | null,
  duration: number,
): { readonly lo: number; readonly hi: number } {
  // cv of a uniform pause, (max − min)/√12 over the mean; without a declared range one of 1 (exponential), the widest usual.
  const mid = declared === null ? 0 : (declared.min + declared.max) / 2;
  const cv = declared === null || mid === 0 ? 1 : (declared.max - declared.min) / Math.sqrt(12) / mid;
  const slack = (CHANCE * cv) / Math.sqrt(row.throughput_rps * duration);
  const lo = row.think_time_at_least_s ?? row.think_time_at_most_s;
  return { lo: lo * (1 - slack), hi: row.think_time_at_most_s * (1 + slack) };
}

function finding(
  unequal: readonly Contrast[],
  pairs: number,
  declared: DeclaredThinkTime | null,
): RuleOutcome['findings'][number] {
  const rows = [...new Set(unequal.flatMap(({ a, b }) => [a, b]))];
  const names = [...new Set(rows.map((row) => row.deployment))];
  const per = names.map((name) => {
    const pauses = rows.filter((row) => row.deployment === name).map((row) => row.think_time_implied_s);
    return { name, lo: Math.min(...pauses), hi: Math.max(...pauses) };
  });
  const calm = lightest(unequal);
  const ratio = throughputRatio(calm);
  const possible = declared === null ? null : ratioAtPause(calm, (declared.min + declared.max) / 2);
  const example =
    possible === null
      ? ''
      : ` At ${calm.a.users} users it prints a throughput ratio of ${figure(ratio)}; had all paused the declared mean, ` +
        `the printed latencies would allow ${figure(possible, 3)}.`;
  return {
    rule: RULE,
    severity: 'INVALID',
    tables: [...new Set(rows.flatMap((row) => row.tables))],
    rows: rows.map(cellName),
    evidence: {
      pairs_unequal: unequal.length,
      pairs_compared: pairs,
      ...Object.fromEntries(
        per.flatMap(({ name, lo, hi }) => [
          [`${name}_implied_min_s`, rounded(lo)],
          [`${name}_implied_max_s`, rounded(hi)],
        ]),
      ),
      throughput_ratio: rounded(ratio),
      throughput_ratio_at_declared_pause: possible === null ? null : rounded(possible),
    },
    says:
      `The targets were not given the same load: between requests the users of ` +
      `${listed(per.map(({ name, lo, hi }) => `${name} paused ${span(lo, hi, 1)} s`))}, in ${unequal.length} of ${pairs} ` +
      `pairs at equal users further apart than ramp and chance allow.${example}`,
    remedy:
      'Drive every deployment with the same users, pauses and generator, and record what was sent. Compare capacity ' +
      'with closed connections without think time.',
  };
}

/** The contrast in which the server mattered least: the smallest share of the cycle spent waiting for it. */
function lightest(contrasts: readonly Contrast[]): Contrast {
  const share = ({ a, b }: Contrast): number => a.in_flight / a.users + b.in_flight / b.users;
  return contrasts.reduce((best, next) => (share(next) < share(best) ? next : best));
}

function throughputRatio({ a, b }: Contrast): number {
  return Math.max(a.throughput_rps, b.throughput_rps) / Math.min(a.throughput_rps, b.throughput_rps);
}

function ratioAtPause({ a, b }: Contrast, pause: number): number {
  const [fast, slow] = a.throughput_rps >= b.throughput_rps ? [a, b] : [b, a];
  return (pause + slow.latency_mean_ms / 1000) / (pause + fast.latency_mean_ms / 1000);
}

import type { Withholdable } from '../core/load-result.ts';
import { isLowerBound } from '../core/stats/lower-bound.ts';
import { normalQuantile } from '../core/stats/normal.ts';
import { wilsonInterval } from '../core/stats/wilson.ts';

/** The quantile of each percentile that a run may withhold; the maximum is its own case. */
export const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

/**
 * Contaminated share above which even the p90 is withheld. In a closed model each of these requests came late, so the rate is
 * off by about this share: a third of the 3 % by which comparisons are decided (docs/adr/0005-spin-and-void.md).
 */
const MAX_CONTAMINATED_SHARE = (1 - QUANTILES.p90) / 10;
/** Share of the window that turns longer than 20 ms may take. */
const MAX_LONG_TURNS_SHARE = 0.005;

/** Rule 3: percentile q is withheld when the contaminated share exceeds (1 − q) / 10, the maximum when there is any. */
export function withheldPercentiles(contaminated: number, requests: number): Withholdable[] {
  if (contaminated === 0 || requests === 0) return [];
  const share = contaminated / requests;
  const tooMany = Object.entries(QUANTILES).filter(([, q]) => share > (1 - q) / 10);
  return [...tooMany.map(([name]) => name as Withholdable), 'max'];
}

/**
 * Rule 5: failures rank at max(their time, timeout), above every ok answer; a percentile whose rank ⌈qn⌉ is among them is
 * only a lower bound, and so is the mean.
 */
export function censoredPercentiles(failed: number, requests: number): ('mean' | Withholdable)[] {
  if (failed === 0) return [];
  const counts = { ok: requests - failed, failed };
  const among = Object.entries(QUANTILES).filter(([, q]) => isLowerBound(q, counts));
  return ['mean', ...among.map(([name]) => name as Withholdable), 'max'];
}

export interface TrustFacts {
  readonly contaminated: number;
  readonly requests: number;
  readonly longTurnsShare: number;
  /** Errors of the generator's own limits, by code. */
  readonly generatorFaults: ReadonlyMap<string, number>;
  /** Requests of a stopped run that were never answered. */
  readonly givenUp: number;
  /** Requests that were planned, and that the engine did not get to. */
  readonly unreached: number;
}

/**
 * Why the engine will not vouch for the run at all; empty when it does. A share is held against its limit by the lower bound
 * of its Wilson interval (95 %): two late requests of a hundred are 2 %, and yet no evidence that 1 % were late. The
 * percentiles of such a run are withheld all the same.
 */
export function voidReasons(facts: TrustFacts): string[] {
  const reasons: string[] = [];
  const { contaminated, requests } = facts;
  if (requests > 0 && wilsonInterval(contaminated, requests, normalQuantile(0.975)).lo > MAX_CONTAMINATED_SHARE) {
    reasons.push(
      `the generator was late for ${contaminated} of ${requests} requests, surely more than 1 %, so even the p90 is withheld`,
    );
  }
  if (facts.longTurnsShare > MAX_LONG_TURNS_SHARE) {
    const percent = (100 * facts.longTurnsShare).toFixed(1);
    reasons.push(`the generator stood still: turns longer than 20 ms took ${percent} % of the window`);
  }
  for (const [code, count] of facts.generatorFaults) {
    reasons.push(`the generator's host ran out of something: ${code} on ${count} connections`);
  }
  if (facts.givenUp > 0) {
    reasons.push(
      `the run was stopped with ${facts.givenUp} requests unanswered; how long they would have taken is unknown`,
    );
  }
  if (facts.unreached > 0) {
    reasons.push(
      `the generator fell so far behind its schedule that ${facts.unreached} planned requests were never sent`,
    );
  }
  return reasons;
}

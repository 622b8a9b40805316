import type { Comparison } from '../results.ts';
import { ALPHA } from '../stats/arithmetic.ts';
import { comparePair, DEFAULT_MARGIN, type PairComparison } from '../stats/comparison.ts';
import { minimumDetectableEffect } from '../stats/effect.ts';
import { holm } from '../stats/holm.ts';
import { type ComparableCell, COMPARED, type ComparedMetric, untestable } from './comparable.ts';
import { pairsOf } from './pairs.ts';

type Tested = Extract<PairComparison, { ok: true }>;

/**
 * Every pair of deployments at equal workers, load and workload, by each compared metric (S4). The pairs of one metric are
 * one family: a difference is called one only if its p after Holm (S6) is below α/2 too, else the verdict is
 * inconclusive with the reason `holm`. Printed intervals are unadjusted.
 */
export function compareCells(cells: readonly ComparableCell[]): Comparison[] {
  const pairs = pairsOf(cells);
  return COMPARED.flatMap((metric) => {
    const compared = pairs.map(([a, b]) => ({ a, b, outcome: compareOne(a, b, metric) }));
    const tested = compared.flatMap(({ outcome }) => (typeof outcome === 'string' ? [] : [outcome]));
    const adjusted = holm(tested.map(({ p }) => p));
    const pHolm = new Map(tested.map((outcome, i) => [outcome, adjusted[i] ?? 1]));
    return compared.map(({ a, b, outcome }) => ({
      ...identity(a, b, metric),
      ...(typeof outcome === 'string' ? notTestable(outcome) : decided(outcome, pHolm.get(outcome) ?? 1)),
    }));
  });
}

/** A test's outcome, or why there is none. */
function compareOne(a: ComparableCell, b: ComparableCell, metric: ComparedMetric): Tested | string {
  const reason = untestable(a, b, metric);
  if (reason !== null) return reason;
  const ofA = a.metrics[metric];
  const ofB = b.metrics[metric];
  const outcome = comparePair({
    a: ofA.values,
    b: ofB.values,
    better: metric === 'throughput_rps' ? 'higher' : 'lower',
    // Blocks are always shuffled: there is no other schedule.
    shuffled: true,
    step: Math.max(ofA.step, ofB.step),
  });
  if (!outcome.ok) return outcome.reason;
  // A lower bound of a latency can only show that its side is slower, never that it is faster or the same.
  if (ofA.censored && outcome.verdict !== 'slower') return 'censored';
  if (ofB.censored && outcome.verdict !== 'faster') return 'censored';
  return outcome;
}

function identity(a: ComparableCell, b: ComparableCell, metric: ComparedMetric) {
  const { load, workers, workload } = a.cell;
  return {
    metric,
    a: a.cell.deployment,
    b: b.cell.deployment,
    cell_a: a.cell.cell,
    cell_b: b.cell.cell,
    workers,
    users: load.kind === 'users' ? load.users : null,
    connections: load.kind === 'connections' ? load.connections : null,
    workload,
    margin: DEFAULT_MARGIN,
  };
}

type Outcome = Pick<Comparison, 'ratio' | 'lo' | 'hi' | 'method' | 'verdict' | 'p_holm' | 'mde' | 'reason'>;

function notTestable(reason: string): Outcome {
  const none = { ratio: null, lo: null, hi: null, method: null, p_holm: null, mde: null };
  return { ...none, verdict: 'not-testable', reason };
}

function decided(outcome: Tested, p_holm: number): Outcome {
  const { ratio, lo, hi, method, verdict, margin } = outcome;
  const lost = (verdict === 'faster' || verdict === 'slower') && p_holm >= ALPHA / 2;
  const mde = lost
    ? minimumDetectableEffect({ d: Math.log(ratio), se: outcome.se, df: outcome.df }, margin, ALPHA)
    : outcome.mde;
  return {
    ratio,
    lo,
    hi,
    method,
    verdict: lost ? 'inconclusive' : verdict,
    p_holm,
    mde,
    reason: lost ? 'holm' : null,
  };
}

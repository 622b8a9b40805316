import { MAX_REPETITIONS } from '../limits.ts';
import { ALPHA } from '../stats/arithmetic.ts';
import { type BlockValue, comparePair, DEFAULT_MARGIN } from '../stats/comparison.ts';
import { repetitionsNeeded } from '../stats/design-power.ts';
import { type EffectVerdict, minimumDetectableEffect } from '../stats/effect.ts';

/** One run against one of two servers that are the same. */
export interface NoiseTrial {
  /** From 1; each block holds both sides once, in a shuffled order. */
  readonly block: number;
  readonly side: 'a' | 'b';
  readonly throughput_rps: number;
  /** Null: withheld, or nothing was measured. */
  readonly latency_mean_ms: number | null;
  readonly latency_p95_ms: number | null;
  /** The engine will not vouch for it: it counts for nothing. */
  readonly void: boolean;
}

export const NOISE_METRICS = ['throughput_rps', 'latency_mean_ms', 'latency_p95_ms'] as const;
export type NoiseMetric = (typeof NOISE_METRICS)[number];

/** Differences that people ask for: 5 % and 10 %. */
const EFFECTS = [0.05, 0.1] as const;

export interface NoiseOfMetric {
  readonly metric: NoiseMetric;
  /** A against A, so the truth is 1; null with a reason where it could not be compared. */
  readonly ratio: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** With the usual margin. Anything but equivalent or inconclusive is a false alarm. */
  readonly verdict: EffectVerdict | null;
  /** Standard deviation of ln ratio from block to block. */
  readonly sd_ln: number | null;
  /** The smallest relative difference that as many blocks as these would show (80 % power, margin 3 %). */
  readonly smallest_visible: number | null;
  /** Blocks that a gate needs for a difference of `effect`; null: more than a spec may have. */
  readonly repetitions: readonly { readonly effect: number; readonly needed: number | null }[];
  readonly reason: string | null;
}

export interface NoiseReport {
  readonly blocks: number;
  readonly void_trials: number;
  readonly metrics: readonly NoiseOfMetric[];
  /** Some metric called two equal servers different. */
  readonly false_alarm: boolean;
}

/** What runs of one server against itself say of a host: S4, paired by block. */
export function noiseReport(trials: readonly NoiseTrial[]): NoiseReport {
  const metrics = NOISE_METRICS.map((metric) => noiseOf(metric, trials));
  return {
    blocks: new Set(trials.map(({ block }) => block)).size,
    void_trials: trials.filter((trial) => trial.void).length,
    metrics,
    false_alarm: metrics.some(({ verdict }) => verdict === 'faster' || verdict === 'slower'),
  };
}

function noiseOf(metric: NoiseMetric, trials: readonly NoiseTrial[]): NoiseOfMetric {
  const better = metric === 'throughput_rps' ? 'higher' : 'lower';
  const outcome = comparePair({
    a: valuesOf(metric, 'a', trials),
    b: valuesOf(metric, 'b', trials),
    better,
    shuffled: true,
  });
  const nothing = {
    ratio: null,
    lo: null,
    hi: null,
    verdict: null,
    sd_ln: null,
    smallest_visible: null,
    repetitions: [],
  };
  if (!outcome.ok) return { metric, ...nothing, reason: outcome.reason };
  // What is said of designs holds for blocks that pair; where fewer than three are left it would be another design.
  if (outcome.method !== 'paired') return { metric, ...nothing, reason: 'too-few' };
  const { ratio, lo, hi, verdict, se, df } = outcome;
  const sd_ln = se * Math.sqrt(df + 1);
  return {
    metric,
    ratio,
    lo,
    hi,
    verdict,
    sd_ln,
    smallest_visible: minimumDetectableEffect({ d: 0, se, df }, DEFAULT_MARGIN, ALPHA),
    repetitions: EFFECTS.map((effect) => ({ effect, needed: blocksFor(effect, sd_ln) })),
    reason: null,
  };
}

function valuesOf(metric: NoiseMetric, side: NoiseTrial['side'], trials: readonly NoiseTrial[]): BlockValue[] {
  return trials.flatMap((trial) => {
    const value = trial[metric];
    return trial.side !== side || trial.void || value === null ? [] : [{ block: trial.block, value }];
  });
}

function blocksFor(effect: number, sd: number): number | null {
  return repetitionsNeeded({ spread: { design: 'paired', sd }, margin: DEFAULT_MARGIN, effect, most: MAX_REPETITIONS });
}

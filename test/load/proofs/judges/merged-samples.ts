import { encodeHistogram } from '../../../../src/core/histogram.ts';
import { Recorder } from '../../../../src/load/recorder.ts';
import { exactQuantile } from './exact-quantile.ts';
import { percent } from './figures.ts';
import type { Judged } from '../proof.ts';

const QUANTILES = [0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1] as const;
const SHARE = 0.001;
const FLOOR_MS = 0.0005;

export interface SampleFacts {
  /** What was recorded, ascending, ms. */
  readonly samples: Float64Array;
  /** All of them in one recorder. */
  readonly pooled: Recorder;
  /** The same, dealt out to several and merged. */
  readonly merged: Recorder;
  readonly threads: number;
}

/** ≤ 0.1 % or 0.5 µs of the exact order statistics; merged and pooled are the same to the count. */
export function judgeSamples({ samples, pooled, merged, threads }: SampleFacts): Judged {
  const errors = QUANTILES.map((q) => {
    const exact = exactQuantile(samples, q);
    const off = Math.abs((pooled.quantileMs(q) ?? Number.NaN) - exact);
    return { isWithin: off <= Math.max(SHARE * exact, FLOOR_MS), share: off / exact };
  });
  const isSame =
    pooled.total === merged.total &&
    pooled.sumUs === merged.sumUs &&
    encodeHistogram(pooled.toHistogram()) === encodeHistogram(merged.toHistogram());
  const worst = Math.max(...errors.map(({ share }) => share));
  return {
    passed: errors.every(({ isWithin }) => isWithin) && pooled.total === samples.length && isSame,
    figures: `${samples.length} samples: worst quantile off by ${percent(worst, 4)}; ${threads} threads merged ${isSame ? 'equal' : 'DIFFER from'} pooled`,
  };
}

/** Deals the samples out to as many recorders as there are threads, and merges what they hand over. */
export function recordedTwice(samples: readonly number[], threads: number): SampleFacts {
  const pooled = new Recorder();
  const own = Array.from({ length: threads }, () => new Recorder());
  samples.forEach((ms, i) => {
    pooled.record(ms);
    own[i % threads]?.record(ms);
  });
  const merged = new Recorder();
  for (const recorder of own) merged.add(recorder.dump());
  return { samples: Float64Array.from(samples).sort(), pooled, merged, threads };
}

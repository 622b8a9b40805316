import { seededRandom, shuffled } from '../../../../src/core/random.ts';
import { comparePair } from '../../../../src/core/stats/comparison.ts';
import type { Judged } from '../proof.ts';

/** Each side of a relabelling has so many of the trials. */
const SIDE = 5;
export const RELABELLINGS = 200;
/** Of 200, which 95 % intervals should cover 190 times. */
const LEAST = 180;

export interface TrialFigures {
  readonly throughput_rps: number;
  readonly latency_mean_ms: number;
}

type Compare = typeof comparePair;

/** In how many of 200 seeded relabellings of one server's trials, five against five, the interval of the ratio holds 1. */
function coverings(values: readonly number[], better: 'higher' | 'lower', seed: number, compare: Compare): number {
  let covered = 0;
  for (let i = 0; i < RELABELLINGS; i += 1) {
    const order = shuffled(values, seededRandom(seed, 'relabelling', String(i)));
    const side = (from: number) => order.slice(from, from + SIDE).map((value, block) => ({ block, value }));
    const outcome = compare({ a: side(0), b: side(SIDE), better, shuffled: false });
    if (outcome.ok && outcome.lo <= 1 && outcome.hi >= 1) covered += 1;
  }
  return covered;
}

export function judgeRelabelling(
  trials: readonly TrialFigures[],
  seed: number,
  compare: Compare = comparePair,
): Judged {
  const rates = trials.map(({ throughput_rps }) => throughput_rps);
  const means = trials.map(({ latency_mean_ms }) => latency_mean_ms);
  const throughput = coverings(rates, 'higher', seed, compare);
  const latency = coverings(means, 'lower', seed, compare);
  return {
    passed: throughput >= LEAST && latency >= LEAST,
    figures: `${trials.length} trials of one server, ${RELABELLINGS} relabellings: 1 is in the interval of the throughputs ${throughput} times, of the mean latencies ${latency} times (at least ${LEAST})`,
  };
}

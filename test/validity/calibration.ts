import { type NoiseTrial, noiseReport } from '../../src/core/noise/noise-report.ts';
import type { Comparison, Results } from '../../src/core/results.ts';
import { comparePair } from '../../src/core/stats/comparison.ts';
import { median } from './median.ts';
import type { PilotFacts } from './power.ts';

export interface Cost {
  /** CPU per request of the head ÷ that of the base, as the runner measured it, with its 95 % interval. */
  readonly ratio: number;
  readonly lo: number;
  readonly hi: number;
}

/** The comparison of head and base in one metric; undefined: the experiment has none. */
export function comparisonOf({ comparisons }: Pick<Results, 'comparisons'>, metric: Comparison['metric']) {
  return comparisons.find((comparison) => comparison.metric === metric);
}

/** How much more CPU the head's requests cost; null: it could not be tested. */
export function costOf(results: Pick<Results, 'comparisons'>): Cost | null {
  const found = comparisonOf(results, 'server_cpu_ms_per_request');
  if (found === undefined || found.ratio === null || found.lo === null || found.hi === null) return null;
  const { a, ratio, lo, hi } = found;
  // Ratios are turned so that > 1 says that `a` is better: that it costs less.
  return a === 'base' ? { ratio, lo, hi } : { ratio: 1 / ratio, lo: 1 / hi, hi: 1 / lo };
}

/** Fewer undisturbed trials of a side say too little of it. */
const LEAST_CALM = 6;

/**
 * The same from trials that nothing disturbed, of one or more experiments of the same two commits: what others do on the machine makes
 * requests dearer, and those that wait for memory more than a loop does. S4, Welch: most blocks of a busy hour lack a side. Null: there
 * are too few such trials.
 */
export function calmCost(all: readonly Pick<Results, 'cells' | 'trials'>[]): Cost | null {
  const calm = all.flatMap(calmTrials);
  const side = (deployment: string) =>
    calm.flatMap(({ deployment: of, server_cpu_ms_per_request: value }) =>
      of !== deployment || value === null ? [] : [{ block: 0, value }],
    );
  const [a, b] = [side('base'), side('head')];
  if (Math.min(a.length, b.length) < LEAST_CALM) return null;
  const outcome = comparePair({ a, b, better: 'lower', shuffled: false });
  return outcome.ok ? { ratio: outcome.ratio, lo: outcome.lo, hi: outcome.hi } : null;
}

function calmTrials({ cells, trials }: Pick<Results, 'cells' | 'trials'>): Results['trials'] {
  const findings = cells.flatMap((cell) => cell.findings).filter(({ rule }) => rule === 'noisy-host');
  const noisy = new Set(findings.map(({ cell, trial }) => `${cell} ${trial}`));
  return trials.filter(({ usable, cell, block, run }) => usable && !noisy.has(`${cell} ${block}/${run}`));
}

/** Half the interval of what the loop costs, as a share of that. */
export function errorOf({ ratio, lo, hi }: Cost): number {
  return (hi - lo) / 2 / (ratio - 1);
}

/** Below this share the error of its measurement would be that of what is planted. */
const LEAST_SHARE = 0.2;

/**
 * Iterations in each request that cost the share `planted` of the base's CPU, where `iterations` cost `cost.ratio − 1` of it: what a
 * loop costs grows with its length. Throws where the probe cost too little to be measured well.
 */
export function iterationsFor(planted: number, probe: { readonly iterations: number; readonly cost: Cost }): number {
  const share = probe.cost.ratio - 1;
  if (!(share >= LEAST_SHARE))
    throw new RangeError(`${probe.iterations} iterations cost only ${share} of a request: plant more of them`);
  return Math.round((probe.iterations * planted) / share);
}

/** What an A/A run says of designs with its window. Throws where too few of its trials count. */
export function pilotFacts(results: Pick<Results, 'trials'>, window_s: number, seconds: number): PilotFacts {
  const usable = results.trials.filter((trial) => trial.usable);
  const throughput = noiseReport(usable.map(noiseTrial)).metrics.find(({ metric }) => metric === 'throughput_rps');
  const blocks = new Set(usable.map(({ block }) => block));
  const complete = [...blocks].filter((block) => usable.filter((trial) => trial.block === block).length === 2);
  if (throughput === undefined || throughput.sd_ln === null)
    throw new RangeError(`the pilot says nothing: ${throughput?.reason ?? 'no throughput'}`);
  const starts = results.trials
    .flatMap(({ started_at }) => (started_at === null ? [] : [Date.parse(started_at)]))
    .sort((a, b) => a - b);
  const period_s = median(starts.slice(1).map((start, i) => (start - (starts[i] ?? start)) / 1000));
  return {
    window_s,
    blocks: complete.length,
    sd_ln: throughput.sd_ln,
    trial_overhead_s: period_s - window_s,
    fixed_s: seconds - results.trials.length * period_s,
  };
}

function noiseTrial({ block, deployment, throughput_rps }: Results['trials'][number]): NoiseTrial {
  const side = deployment === 'base' ? 'a' : 'b';
  const rest = { latency_mean_ms: null, latency_p95_ms: null, void: throughput_rps === null };
  return { block, side, throughput_rps: throughput_rps ?? 0, ...rest };
}

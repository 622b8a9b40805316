import { loadavg } from 'node:os';
import { abVerdict } from '../../src/report/ab-text.ts';
import type { Comparison, Results } from '../../src/core/results.ts';
import { comparisonOf, type Cost, costOf } from './calibration.ts';
import type { MeasuredRun } from './gate-run.ts';
import { hostOf } from './make-plan.ts';
import type { KindName } from './kinds.ts';
import type { Design } from './power.ts';

export interface RunRecord {
  /** From 0. */
  readonly index: number;
  readonly kind: KindName;
  readonly started_at: string;
  /** From submission to verdict. */
  readonly seconds: number;
  readonly experiment: string;
  readonly status: string;
  readonly repetitions: number;
  readonly window_s: number;
  /** The product's gate: of throughput, head against base. */
  readonly verdict: Results['verdict'];
  readonly ratio: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly mde: number | null;
  readonly reason: string | null;
  /** How the experiment's comparison of throughputs calls the head; `not-testable`: there is none. */
  readonly head: Comparison['verdict'];
  /** What the runner measured as CPU per request, and how the head's is called by it. */
  readonly cost: Cost | null;
  readonly head_by_cpu: Comparison['verdict'];
  readonly validity: readonly (string | null)[];
  /** Trials of the plan, those run once more, those that could not be used, those that others' CPU time disturbed. */
  readonly trials: {
    readonly planned: number;
    readonly again: number;
    readonly unused: number;
    readonly noisy: number;
  };
  /** Throughputs of the trials that count, block by block, in requests/s: what the ratio is made from. */
  readonly throughput_rps: Readonly<Record<'base' | 'head', readonly number[]>>;
  /** How often each rule said something worse than a note. */
  readonly findings: Readonly<Record<string, number>>;
  readonly host_digest: string | null;
  readonly kernel: string | null;
  readonly node: string;
  readonly load_1m: number;
}

/** What is kept of a run; all of it as the product said it. */
export function runRecord(index: number, kind: KindName, design: Design, run: MeasuredRun): RunRecord {
  const { results, started_at, seconds } = run;
  const { experiment, cells, trials, host } = results;
  const findings = cells.flatMap((cell) => cell.findings).filter(({ severity }) => severity !== 'NOTE');
  return {
    index,
    kind,
    started_at,
    seconds: Number(seconds.toFixed(1)),
    experiment: experiment.id,
    status: experiment.status,
    repetitions: design.repetitions,
    window_s: design.window_s,
    ...abVerdict(results),
    head: headVerdict(comparisonOf(results, 'throughput_rps')),
    cost: costOf(results),
    head_by_cpu: headVerdict(comparisonOf(results, 'server_cpu_ms_per_request')),
    validity: cells.map(({ validity }) => validity),
    trials: {
      planned: experiment.trials_planned,
      again: trials.filter((trial) => trial.run > 1).length,
      unused: trials.filter((trial) => !trial.usable).length,
      noisy: findings.filter(({ rule, trial }) => rule === 'noisy-host' && trial !== null).length,
    },
    throughput_rps: { base: throughputs(results, 'base'), head: throughputs(results, 'head') },
    findings: Object.fromEntries(
      [...Map.groupBy(findings, ({ rule }) => rule)].map(([rule, all]) => [rule, all.length]),
    ),
    host_digest: host === null ? null : hostOf(results).digest,
    kernel: host?.conditions?.kernel_release ?? null,
    node: process.version,
    load_1m: loadavg()[0] ?? Number.NaN,
  };
}

function throughputs({ trials }: Results, deployment: string): number[] {
  return trials
    .filter((trial) => trial.usable && trial.deployment === deployment)
    .sort((a, b) => a.block - b.block)
    .map(({ throughput_rps }) => Math.round(throughput_rps ?? Number.NaN));
}

const TURNED: Partial<Record<Comparison['verdict'], Comparison['verdict']>> = { faster: 'slower', slower: 'faster' };

/** Comparisons say how `a` is called; here it is how the head is. */
function headVerdict(comparison: Comparison | undefined): Comparison['verdict'] {
  if (comparison === undefined) return 'not-testable';
  const { a, verdict } = comparison;
  return a === 'head' ? verdict : (TURNED[verdict] ?? verdict);
}

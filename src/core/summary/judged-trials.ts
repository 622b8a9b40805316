import type { Finding } from '../finding.ts';
import type { Cell } from '../matrix.ts';
import { measured, type MeasuredTrial, type TrialFacts } from '../validity/facts.ts';
import { trialFindings } from '../validity/rules.ts';
import type { ExperimentFacts } from './facts.ts';
import { type TrialMetrics, trialMetrics } from './trial-metrics.ts';
import type { TrialSummary } from './trial-summary.ts';

/** A stored trial with what the rules say of it. */
export interface JudgedTrial {
  readonly id: string;
  readonly facts: TrialFacts;
  readonly result: TrialSummary;
  readonly findings: readonly Finding[];
  readonly metrics: TrialMetrics;
  /** Measured to its end and not invalid. */
  readonly sound: MeasuredTrial | null;
  /** The one run that counts of its cell and block. */
  readonly counts: boolean;
}

/**
 * Trials of cells that the spec has, each judged by itself; by block and run, because sums of floating-point numbers depend
 * on their order and results must not depend on that of storage. In each block a second run replaces a first that is not sound.
 */
export function judgeTrials(facts: ExperimentFacts, cells: readonly Cell[]): JudgedTrial[] {
  const cellOf = new Map(cells.map((cell) => [cell.cell, cell]));
  const ordered = [...facts.trials].sort(({ summary: a }, { summary: b }) => a.block - b.block || a.run - b.run);
  const judged = ordered.flatMap(({ id, summary: result }) => {
    const cell = cellOf.get(result.cell);
    return cell === undefined ? [] : [judge(id, { cell, spec: facts.spec, result })];
  });
  const first = new Map(judged.filter((t) => t.result.run === 1).map((t) => [slotOf(t), t]));
  const second = new Set(judged.filter((t) => t.result.run === 2).map(slotOf));
  return judged.map((trial) => {
    const slot = slotOf(trial);
    const replaced = second.has(slot) && (first.get(slot)?.sound ?? null) === null;
    return { ...trial, counts: (trial.result.run === 2) === replaced };
  });
}

function slotOf({ result }: Pick<JudgedTrial, 'result'>): string {
  return `${result.block} ${result.cell}`;
}

function judge(id: string, facts: TrialFacts): Omit<JudgedTrial, 'counts'> {
  const findings = trialFindings(facts);
  const invalid = findings.some((finding) => finding.severity === 'INVALID');
  const sound = invalid ? null : measured(facts);
  return { id, facts, result: facts.result, findings, metrics: trialMetrics(facts.result), sound };
}

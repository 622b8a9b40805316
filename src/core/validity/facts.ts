import type { Finding } from '../finding.ts';
import type { Cell } from '../matrix.ts';
import type { Spec } from '../spec.ts';
import type { LoadSummary, TrialSummary } from '../summary/trial-summary.ts';

/** One run of one cell in one block, with what the spec declared of it. */
export interface TrialFacts {
  readonly cell: Cell;
  readonly spec: Pick<Spec, 'warmup_s' | 'window_s' | 'repetitions'> & Partial<Pick<Spec, 'workload'>>;
  readonly result: TrialSummary;
}

/** A trial whose window was measured to its end. */
export interface MeasuredTrial extends TrialFacts {
  readonly load: LoadSummary;
}

/** A cell with the runs that count in it. */
export interface CellFacts {
  readonly cell: Cell;
  readonly spec: TrialFacts['spec'];
  /** One run a block: the second where the first was void. */
  readonly counted: readonly TrialFacts[];
  /** Those of them that a value may be made from. */
  readonly usable: readonly MeasuredTrial[];
  /** Blocks of the cell that may still be run. */
  readonly remaining: number;
}

export function measured(facts: TrialFacts): MeasuredTrial | null {
  const { state, load } = facts.result;
  return state === 'ok' && load !== null ? { ...facts, load } : null;
}

/** What a rule needs that looks at the load and at nothing else: of a trial, or of a run without an experiment (`lone-run.ts`). */
export interface LoadFacts {
  readonly cell: { readonly cell: string };
  readonly result: Pick<TrialSummary, 'block' | 'run' | 'load' | 'probe_service_ms'>;
  readonly load: LoadSummary;
}

/** The same of a cell. */
export interface LoadsOfCell {
  readonly cell: { readonly cell: string };
  readonly usable: readonly Pick<LoadFacts, 'load'>[];
}

export type FindingText = Pick<Finding, 'rule' | 'severity' | 'evidence' | 'says' | 'remedy'>;

/** `{block}/{run}`: how findings name a trial. */
export function trialName(result: Pick<TrialSummary, 'block' | 'run'>): string {
  return `${result.block}/${result.run}`;
}

export function ofTrial(
  facts: Pick<LoadFacts, 'cell'> & { readonly result: Parameters<typeof trialName>[0] },
  text: FindingText,
): Finding {
  return { ...text, cell: facts.cell.cell, trial: trialName(facts.result) };
}

export function ofCell(facts: Pick<LoadsOfCell, 'cell'>, text: FindingText): Finding {
  return { ...text, cell: facts.cell.cell, trial: null };
}

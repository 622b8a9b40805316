import type { LoadSummary } from '../../core/summary/trial-summary.ts';
import type { TrialResult } from '../../core/trial-result.ts';
import type { CsvColumn } from './table.ts';

/** Names a trial in the rows of a view. */
export interface NamedTrial {
  readonly id: string;
  readonly result: Pick<TrialResult, 'cell' | 'block' | 'run'>;
}

/** A stored trial, or as much of one as its summary holds. */
export interface SummarisedTrial extends NamedTrial {
  readonly result: NamedTrial['result'] & { readonly load: LoadSummary | null };
}

/** A stored trial with all that was measured. */
export interface StoredTrial extends NamedTrial {
  readonly result: TrialResult;
}

/** Leads the rows of every view that is made from stored trials. */
export function trialColumns<Row extends { readonly trial: NamedTrial }>(): CsvColumn<Row>[] {
  return [
    { name: 'trial', value: ({ trial }) => trial.id },
    { name: 'cell', value: ({ trial }) => trial.result.cell },
    { name: 'block', value: ({ trial }) => trial.result.block },
    { name: 'run', value: ({ trial }) => trial.result.run },
  ];
}

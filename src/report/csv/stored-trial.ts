import type { TrialResult } from '../../core/trial-result.ts';
import type { CsvColumn } from './table.ts';

/** A stored trial with its id: what the views below the summary are made from. */
export interface StoredTrial {
  readonly id: string;
  readonly result: TrialResult;
}

/** Leads the rows of every view that is made from stored trials. */
export function trialColumns<Row extends { readonly trial: StoredTrial }>(): CsvColumn<Row>[] {
  return [
    { name: 'trial', value: ({ trial }) => trial.id },
    { name: 'cell', value: ({ trial }) => trial.result.cell },
    { name: 'block', value: ({ trial }) => trial.result.block },
    { name: 'run', value: ({ trial }) => trial.result.run },
  ];
}

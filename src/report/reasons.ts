import type { Bottleneck, CellResult, Comparison } from '../core/results.ts';
import { WITHHELD_WORDS } from '../core/withheld-words.ts';

const REASONS: Readonly<Record<string, string>> = {
  ...WITHHELD_WORDS,
  'no-usable-trial': 'no trial of this cell can be used',
  'invalid-cell': 'one of the cells is invalid',
  'load-limited': 'both were waiting for the users',
  holm: 'the difference does not stand after Holm’s correction for many pairs',
  'same-experiment': 'it is the same experiment',
  'not-ended': 'one of them has not ended',
  'no-host': 'one of them was measured nowhere',
  'other-host': 'they were measured on different hosts',
  'only-in-a': 'only A has this cell',
  'only-in-b': 'only B has this cell',
  'other-load': 'the load differs',
  'other-workload': 'the workload differs',
};

/** Why a value or a verdict is missing, in words; a reason that is new here is shown as it is. */
export function reasonText(reason: string | null): string {
  return reason === null ? 'not given' : (REASONS[reason] ?? reason.replaceAll('-', ' '));
}

/** The same of a comparison: where there are no users, it was the schedule that both kept up with. */
export function comparisonReasonText({ reason, users }: Pick<Comparison, 'reason' | 'users'>): string {
  return reason === 'load-limited' && users === null ? 'both kept up with the rate' : reasonText(reason);
}

const BOTTLENECKS: Readonly<Record<Bottleneck, string>> = {
  'generator-bound': 'generator-bound',
  'load-limited': 'waiting for users',
  'server-bound': 'server-bound',
  'pool-bound': 'pool-bound',
  mixed: 'mixed',
};

/** What a label is told by: where arrivals wait for nobody, who served them all has kept up. */
export type Bound = Pick<CellResult, 'bottleneck'> & { readonly load?: Pick<CellResult['load'], 'model'> | undefined };

const hasKeptUp = ({ bottleneck, load }: Bound): boolean => bottleneck === 'load-limited' && load?.model === 'open';

/** What bound the cell, as people are told. */
export function bottleneckText(cell: Bound): string | null {
  if (hasKeptUp(cell)) return 'kept up';
  return cell.bottleneck === null ? null : BOTTLENECKS[cell.bottleneck];
}

const BOTTLENECK_SAYS: Readonly<Record<Bottleneck, string>> = {
  'generator-bound': 'the load generator, not the server, may have set the rate',
  'load-limited': 'the server answered all that the users offered: the rate is not a capacity',
  'server-bound': 'the server’s processes or cores were busy: the rate is a capacity',
  'pool-bound': 'the server was not busy, yet twice the load brought no more: a pool or a lock bounds it',
  mixed: 'none of the others: neither the users nor the CPU alone set the rate',
};

/** The label explained; nothing where there is none. */
export function bottleneckSays(cell: Bound): string {
  if (hasKeptUp(cell)) return 'the server answered all that arrived: the rate is the schedule’s, not a capacity';
  return cell.bottleneck === null ? '' : BOTTLENECK_SAYS[cell.bottleneck];
}

import type { Bottleneck, CellResult } from '../core/results.ts';
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

const BOTTLENECKS: Readonly<Record<Bottleneck, string>> = {
  'generator-bound': 'generator-bound',
  'load-limited': 'waiting for users',
  'server-bound': 'server-bound',
  'pool-bound': 'pool-bound',
  mixed: 'mixed',
};

/** What bound the cell, as people are told. */
export function bottleneckText(cell: Pick<CellResult, 'bottleneck'>): string | null {
  return cell.bottleneck === null ? null : BOTTLENECKS[cell.bottleneck];
}

export const BOTTLENECK_SAYS: Readonly<Record<Bottleneck, string>> = {
  'generator-bound': 'the load generator, not the server, may have set the rate',
  'load-limited': 'the server answered all that the users offered: the rate is not a capacity',
  'server-bound': 'the server’s processes or cores were busy: the rate is a capacity',
  'pool-bound': 'the server was not busy, yet twice the load brought no more: a pool or a lock bounds it',
  mixed: 'none of the others: neither the users nor the CPU alone set the rate',
};

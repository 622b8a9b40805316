import type { ParsedPlan } from '../core/load-plan.ts';
import type { SecondRow } from '../core/load-result.ts';
import type { RunDump } from './run-dump.ts';
import type { RowCounts } from './second-rows.ts';
import type { Share } from './share.ts';

/** What a thread is made with. */
export interface ThreadOrder {
  readonly plan: ParsedPlan;
  readonly address: string;
  readonly share: Share;
}

/** To a thread. Times are those of `sharedNow`. */
export type ToThread =
  | { readonly type: 'start'; readonly at: number }
  | { readonly type: 'end-ramp'; readonly at: number }
  | { readonly type: 'stop' };

/** From a thread; `end` null: it was stopped before the window began. */
export type FromThread =
  | { readonly type: 'ready' }
  | { readonly type: 'settled' }
  | { readonly type: 'row'; readonly row: RowCounts }
  | { readonly type: 'phase'; readonly phase: SecondRow['phase']; readonly t_s: number }
  | { readonly type: 'end'; readonly dump: RunDump | null };

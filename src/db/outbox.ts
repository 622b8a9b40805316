import type { OutboundEvent } from '../core/outbound-event.ts';
import type { Tx } from './client.ts';

export interface OutboundNote {
  readonly project_id: string;
  readonly type: OutboundEvent;
  /** What it is about; null for runners and tests. */
  readonly experiment_id: string | null;
  /** Thin: ids, states, links are made of it by the sender. */
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Writes what is to be sent because of a change, in the transaction of that change: a delivery for each webhook of the project that
 * wants the event, and for an experiment with an origin its commit status and comment.
 */
export async function noteOutbound(tx: Tx, note: OutboundNote): Promise<void> {
  throw new Error(`not written yet: ${note.type} ${String(tx === undefined)}`);
}

import type { Outcome } from './ledger.ts';

/**
 * Who asks: closed, users or connections that each wait for their answer; open, arrivals on a schedule. Driven by the engine's loop
 * each turn, and told by the driver what becomes of its slots.
 */
export interface Population {
  /** Slots that there are at most. */
  readonly slots: number;
  /** Users that are there, or connections. */
  readonly present: number;
  /** Requests that were reached and have no slot yet. */
  readonly waiting: number;
  /** All that is due at `now`. Returns the time of the next planned thing (ms, Infinity for none). */
  work(now: number): number;
  /** All that comes before the warm-up has come. */
  isSettled(): boolean;
  /** Nothing is planned any more, and nothing waits but what is under way. */
  isOver(): boolean;
  /** Plans nothing from now on. */
  stop(now: number): void;
  /** What is planned in the window and will never be sent, counted as such. Returns how many. */
  giveUp(): number;
  /** The slot's first connection was opened, or failed to. */
  settled(slot: number): void;
  /** A connection was opened, or failed to, that no request waits for. */
  idle(slot: number): void;
  /** The slot's iteration ended at `now`; `outcome` of its last request. */
  ended(slot: number, now: number, outcome: Outcome): void;
}

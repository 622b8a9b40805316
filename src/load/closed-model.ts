/** What a closed model decides: when each of its slots (a user or a connection) arrives and how long it pauses. */
export interface ClosedModel {
  readonly slots: number;
  /** The slot's number in the whole run, from 0: other threads have others. */
  number(slot: number): number;
  /** When a slot arrives, in ms from the start of the run; does not decrease from slot to slot. */
  arrivalMs(slot: number): number;
  /** Length of the ramp in ms; null: it ends when every slot's first connection is settled. */
  readonly rampMs: number | null;
  /** Pause between the arrival and the first request, in ms. */
  firstPauseMs(slot: number): number;
  /** Pause between an answer and the next request, in ms. */
  pauseMs(slot: number): number;
  /** False: `pauseMs` is always 0. */
  readonly thinks: boolean;
}

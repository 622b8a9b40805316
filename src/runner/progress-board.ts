import type { SecondRow } from '../core/load-result.ts';
import type { Progress } from '../core/runner-protocol.ts';

/** Where a job is: written by what runs, read by the heartbeat. */
export class ProgressBoard {
  #now: Progress = { trials_done: 0, cell: null, block: null, phase: null, rps: null, errors: null };

  get now(): Progress {
    return this.#now;
  }

  /** So many trials are done when the job is taken up. */
  resumeAt(trials_done: number): void {
    this.#now = { ...this.#now, trials_done };
  }

  trialDone(): void {
    this.#now = { ...this.#now, trials_done: this.#now.trials_done + 1 };
  }

  at(place: { cell: string | null; block: number | null }): void {
    this.#now = { ...this.#now, ...place, phase: null, rps: null, errors: null };
  }

  phase(phase: string): void {
    this.#now = { ...this.#now, phase };
  }

  second(row: SecondRow): void {
    this.#now = { ...this.#now, rps: row.answered, errors: row.failed };
  }
}

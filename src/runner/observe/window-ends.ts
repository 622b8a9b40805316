import type { CapacityProbe, SecondRow } from '../../core/load-result.ts';
import type { Snapshot } from './snapshot.ts';

/** The two ends of what was measured; null: not come to, or not seen. */
export interface Ends {
  readonly windowStart: Snapshot | null;
  readonly windowEnd: Snapshot | null;
}

const NONE: Ends = { windowStart: null, windowEnd: null };

/**
 * Looks at both ends of the window. A capacity search has one for each step, and what is told of it is its best step: the last that
 * passed, since no step is tried below one that did.
 */
export class WindowEnds {
  readonly #look: () => Snapshot | null;
  #now: Ends = NONE;
  #passed: Ends | null = null;

  constructor(look: () => Snapshot | null) {
    this.#look = look;
  }

  phase(phase: SecondRow['phase']): void {
    if (phase === 'window') this.#now = { windowStart: this.#look(), windowEnd: null };
    if (phase === 'drain') this.#now = { ...this.#now, windowEnd: this.#look() };
  }

  judged(outcome: CapacityProbe['outcome']): void {
    if (outcome === 'passed') this.#passed = this.#now;
  }

  /** Of the best step; where none has passed, of the last window that began. */
  ends(): Ends {
    return this.#passed ?? this.#now;
  }
}

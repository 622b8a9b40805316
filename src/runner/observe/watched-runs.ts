import type { CapacityProbe, SecondRow } from '../../core/load-result.ts';
import type { Observed } from './observation.ts';
import type { Snapshot } from './snapshot.ts';

/** What was seen of one run of the load engine. */
interface Run {
  /** Null: it has said nothing yet. */
  readonly origin_ms: number | null;
  readonly seconds: Snapshot[];
  readonly windowStart: Snapshot | null;
  readonly windowEnd: Snapshot | null;
}

const unseen = (): Run => ({ origin_ms: null, seconds: [], windowStart: null, windowEnd: null });

/**
 * The runs of a trial. Most have one; a capacity search has one for each step, and what is told of it is its best: the last that passed,
 * since no rate is tried below one that did. Each has a clock of its own, which begins with its first phase.
 */
export class WatchedRuns {
  #now = unseen();
  #passed: Run | null = null;

  /** When the run under way began, on the runner's clock. */
  get origin_ms(): number | null {
    return this.#now.origin_ms;
  }

  /** Another process of the engine: what comes now is of its run. */
  begin(): void {
    this.#now = unseen();
  }

  /** The run under way says that it began at that moment. */
  began(origin_ms: number): void {
    this.#now = { ...this.#now, origin_ms };
  }

  second(snapshot: Snapshot): void {
    this.#now.seconds.push(snapshot);
  }

  phase(phase: SecondRow['phase'], snapshot: Snapshot | null): void {
    if (phase === 'window') this.#now = { ...this.#now, windowStart: snapshot };
    if (phase === 'drain') this.#now = { ...this.#now, windowEnd: snapshot };
  }

  /** The run that ended last was judged as a step of a search. */
  judged(outcome: CapacityProbe['outcome']): void {
    // The server is watched on until the next step begins, which is no part of this one.
    if (outcome === 'passed') this.#passed = { ...this.#now, seconds: [...this.#now.seconds] };
  }

  /** The best; where none has passed, the last. */
  told(): Omit<Observed, 'idle'> {
    const run = this.#passed ?? this.#now;
    return { ...run, origin_ms: run.origin_ms ?? 0 };
  }
}

import type { Db } from '../db/client.ts';
import { listUnjudged } from '../db/verdicts.ts';
import type { ResultReader } from './experiment-results.ts';

/** Each may have 5,000 trials, of which results are made in seconds. What is left is looked at in the next round. */
const MAX_PER_ROUND = 4;
/** Whatever could not be judged is tried again after this, then after twice as long … */
const FIRST_PAUSE_MS = 5_000;
/** … and in the end so often. */
const LONGEST_PAUSE_MS = 300_000;
/** Experiments that could not be judged: more are a fault of another kind, and are tried again each time. */
const MOST_REMEMBERED = 1_000;

interface Failure {
  readonly pause_ms: number;
  readonly again_at: number;
}

/**
 * Judges what has ended and was not judged at its end: it ended by time or by a cancel, or the service ended in between. Whatever
 * cannot be judged waits, so that the others get their turn.
 */
export class Judge {
  readonly #failures = new Map<string, Failure>();
  readonly #now: () => number;

  /** `now`: milliseconds of a clock that is never set. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Judges the few that wait longest, one after the other; until the signal aborts. How many it could judge. */
  async round(db: Db, results: Pick<ResultReader, 'settle'>, signal?: AbortSignal): Promise<number> {
    const now = this.#now();
    const except = [...this.#failures].flatMap(([id, { again_at }]) => (again_at > now ? [id] : []));
    const due = await listUnjudged(db, { limit: MAX_PER_ROUND, except });
    let judged = 0;
    for (const { project_id, id } of due) {
      if (signal?.aborted) break;
      if (await results.settle(project_id, id)) {
        this.#failures.delete(id);
        judged += 1;
      } else this.#note(id);
    }
    return judged;
  }

  #note(id: string): void {
    const before = this.#failures.get(id)?.pause_ms;
    const pause_ms = before === undefined ? FIRST_PAUSE_MS : Math.min(2 * before, LONGEST_PAUSE_MS);
    if (before === undefined && this.#failures.size >= MOST_REMEMBERED) return;
    this.#failures.set(id, { pause_ms, again_at: this.#now() + pause_ms });
  }
}

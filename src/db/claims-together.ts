import type { Db } from './client.ts';
import { isConnectionLost } from './connection-lost.ts';
import type { AskFresh } from './job-claim.ts';
import { type Answered, type Claim, type FreshClaim, MAX_TOGETHER, claimAlone, claimFresh } from './job-claim-fresh.ts';

/** Statements of one project's claims that are under way at once: when one is slow, the project's other runners are not held up by it. */
const UNDER_WAY = 2;
/** Sessions whose reach is remembered, some 100 bytes each; of the others it is asked again. */
const MAX_REACHES = 10_000;

interface Waiting {
  readonly claim: Claim;
  readonly signal: AbortSignal | undefined;
  readonly answer: (answer: FreshClaim) => void;
  readonly fail: (reason: unknown) => void;
}

/**
 * Claims that come while others are under way are asked together, as one statement: its fixed costs, which are most of a claim, are
 * then paid once for all of them, as is the write to disk. A claim that comes alone is asked at once, and shared runners are always
 * alone: each ends a project's turn. For a process whose requests share a database.
 */
export function claimsTogether(db: Db): AskFresh {
  const projects = new Map<string, ProjectClaims>();
  const reaches = new Reaches();
  return (claim, signal) => {
    const { project_id } = claim;
    if (project_id === null) return claimAlone(db, claim);
    const claims = projects.get(project_id) ?? new ProjectClaims(db, reaches, () => projects.delete(project_id));
    projects.set(project_id, claims);
    return claims.ask(claim, signal);
  };
}

/** What sessions may be given, as far as it is known: a session never changes it. */
class Reaches {
  readonly #known = new Map<string, string>();

  of(session_id: string): string | null {
    return this.#known.get(session_id) ?? null;
  }

  learn(session_id: string, reach_key: string): void {
    this.#known.delete(session_id);
    this.#known.set(session_id, reach_key);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_REACHES && oldest !== undefined) this.#known.delete(oldest);
  }
}

class ProjectClaims {
  readonly #db: Db;
  readonly #reaches: Reaches;
  readonly #onIdle: () => void;
  #waiting: Waiting[] = [];
  #underWay = 0;
  /** A session that asks twice would wait for itself, and spoil the answer of all that ask with it. */
  readonly #asking = new Set<string>();

  constructor(db: Db, reaches: Reaches, onIdle: () => void) {
    this.#db = db;
    this.#reaches = reaches;
    this.#onIdle = onIdle;
  }

  ask(claim: Claim, signal: AbortSignal | undefined): Promise<FreshClaim> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ claim, signal, answer, fail });
      this.#send();
    });
  }

  #send(): void {
    while (this.#underWay < UNDER_WAY) {
      const batch = this.#next();
      if (batch.length === 0) break;
      this.#underWay += 1;
      for (const { claim } of batch) this.#asking.add(claim.session_id);
      void this.#run(batch).finally(() => {
        this.#underWay -= 1;
        for (const { claim } of batch) this.#asking.delete(claim.session_id);
        this.#send();
        if (this.#underWay === 0) this.#onIdle();
      });
    }
  }

  /** The longest waiting, and those alike of the others, or not known yet. Each session once. */
  #next(): Waiting[] {
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    const sessions = new Set(this.#asking);
    let reach: string | null = null;
    for (const one of this.#waiting) {
      const { session_id } = one.claim;
      const its = this.#reaches.of(session_id);
      const fits = batch.length < MAX_TOGETHER && !sessions.has(session_id) && (reach ?? its) === (its ?? reach);
      if (one.signal?.aborted) one.answer({ kind: 'none' });
      else if (fits) {
        batch.push(one);
        reach ??= its;
      } else left.push(one);
      sessions.add(session_id);
    }
    this.#waiting = left;
    return batch;
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    const [first, ...rest] = batch.map(({ claim }) => claim);
    if (first === undefined) return;
    try {
      const answers = await claimFresh(this.#db, [first, ...rest]);
      for (const [at, { claim, answer }] of batch.entries()) {
        const { answer: fresh, reach_key } = answers[at] as Answered;
        if (reach_key !== null) this.#reaches.learn(claim.session_id, reach_key);
        answer(fresh);
      }
    } catch (reason) {
      for (const { fail } of [...batch, ...this.#hopeless(reason)]) fail(reason);
    }
  }

  /** Where the database is away or says nothing, those that wait would each wait as long, one statement after the other. */
  #hopeless(reason: unknown): Waiting[] {
    if (!isConnectionLost(reason)) return [];
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }
}

import type { Db } from './client.ts';
import type { AskFresh } from './job-claim.ts';
import { type Claim, type FreshClaim, MAX_TOGETHER, claimAlone, claimFresh } from './job-claim-fresh.ts';

/** Statements of one project's claims that are under way at once: while one waits for the disk, the other is prepared. */
const UNDER_WAY = 2;

interface Waiting {
  readonly claim: Claim;
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
  return (claim) => {
    const { project_id } = claim;
    if (project_id === null) return claimAlone(db, claim);
    const claims = projects.get(project_id) ?? new ProjectClaims(db, () => projects.delete(project_id));
    projects.set(project_id, claims);
    return claims.ask(claim);
  };
}

class ProjectClaims {
  readonly #db: Db;
  readonly #onIdle: () => void;
  #waiting: Waiting[] = [];
  #underWay = 0;

  constructor(db: Db, onIdle: () => void) {
    this.#db = db;
    this.#onIdle = onIdle;
  }

  ask(claim: Claim): Promise<FreshClaim> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ claim, answer, fail });
      this.#send();
    });
  }

  #send(): void {
    while (this.#underWay < UNDER_WAY) {
      const batch = this.#next();
      if (batch.length === 0) break;
      this.#underWay += 1;
      void this.#run(batch).finally(() => {
        this.#underWay -= 1;
        this.#send();
        if (this.#underWay === 0) this.#onIdle();
      });
    }
  }

  /** The longest waiting. A session that asks twice is asked for once, and again with the next. */
  #next(): Waiting[] {
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    const sessions = new Set<string>();
    for (const one of this.#waiting) {
      const { session_id } = one.claim;
      if (batch.length < MAX_TOGETHER && !sessions.has(session_id)) batch.push(one);
      else left.push(one);
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
      for (const [at, { answer }] of batch.entries()) answer(answers[at] as FreshClaim);
    } catch (reason) {
      for (const { fail } of batch) fail(reason);
    }
  }
}

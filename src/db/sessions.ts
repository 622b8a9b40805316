import { and, count, eq, isNull, or, sql } from 'drizzle-orm';
import { AppError } from '../core/errors.ts';
import type { JobState } from '../core/job.ts';
import type { HostFingerprint } from '../core/host.ts';
import type { RunnerReach, TargetOffer } from '../core/offer.ts';
import type { Db, Tx } from './client.ts';
import { inSeconds, now } from './clock.ts';
import { type End, changeExperiment, endJob } from './experiment-change.ts';
import { NEXT_ATTEMPT, isExhausted } from './job-attempts.ts';
import { LEASE_S } from './lease-terms.ts';
import { jobs } from './schema/jobs.ts';
import { projects } from './schema/projects.ts';
import { runners } from './schema/runners.ts';
import { isLive } from './schema/states.ts';

export interface NewSession {
  /** Null: shared, serves every project. */
  readonly project_id: string | null;
  readonly host_id: string;
  readonly fingerprint: HostFingerprint;
  readonly fingerprint_digest: string;
  readonly version: string;
  readonly labels: Record<string, string>;
  readonly targets: readonly TargetOffer[];
  /** `offerKeys(targets)` of core/offer. */
  readonly offer_keys: readonly string[];
  /** Fresh ids: of the runner if it is new, of the session, and of the lease if it takes over a job. */
  readonly ids: { readonly runner_id: string; readonly session_id: string; readonly lease_id: string };
}

/**
 * Runners that a project may have, and as many that serve every project: what one says of itself may have a megabyte, and what
 * it offers is read at each submission. Silent ones are pruned.
 */
export const MAX_RUNNERS = 1_000;

/**
 * Opens a session of the runner of that project and host; an older one is superseded and its live job taken over. Throws
 * quota-exceeded for one more runner than there may be.
 */
export async function openSession(db: Db, session: NewSession): Promise<{ runner_id: string; session_id: string }> {
  return db.transaction(async (tx) => {
    const runner_id = await upsertRunner(tx, session);
    await takeOver(tx, runner_id, session.ids.lease_id);
    return { runner_id, session_id: session.ids.session_id };
  });
}

/** Which jobs a session's runner may be given, as long as the session lasts; null: no such session of the project (null: shared). */
export async function reachOf(db: Db, project_id: string | null, session_id: string): Promise<RunnerReach | null> {
  const ofProject = sql`${runners.project_id} is not distinct from ${project_id}::text`;
  const [reach] = await db
    .select({ project_id: runners.project_id, offer_keys: runners.offer_keys, labels: runners.labels })
    .from(runners)
    .where(and(eq(runners.session_id, session_id), ofProject));
  return reach ?? null;
}

/**
 * Whether a newer session of that runner has taken the place of one that is not its session now. False: there is no such runner any
 * more, or an older backup was restored; ids of sessions grow with time (UUIDv7). `shared`: the runner may serve every project.
 */
export async function isSuperseded(
  db: Db,
  given: { project_id: string; shared: boolean; runner_id: string; session_id: string },
): Promise<boolean> {
  const own = eq(runners.project_id, given.project_id);
  const [runner] = await db
    .select({ session_id: runners.session_id })
    .from(runners)
    .where(and(eq(runners.id, given.runner_id), given.shared ? or(own, isNull(runners.project_id)) : own));
  return runner !== undefined && runner.session_id > given.session_id;
}

async function upsertRunner(tx: Tx, { ids, ...session }: NewSession): Promise<string> {
  const said = {
    ...session,
    session_id: ids.session_id,
    targets: [...session.targets],
    offer_keys: [...session.offer_keys],
    draining: false,
    session_started_at: now(),
    last_seen_at: now(),
  };
  await requireRoom(tx, session);
  const [runner] = await tx
    .insert(runners)
    .values({ ...said, id: ids.runner_id })
    .onConflictDoUpdate({ target: [runners.project_id, runners.host_id], set: said })
    .returning({ id: runners.id });
  if (!runner) throw new Error('an upsert returned no row');
  return runner.id;
}

/** Locks the project, so that of new runners at once each counts those before it; shared ones are the operator's own doing. */
async function requireRoom(tx: Tx, { project_id, host_id }: Pick<NewSession, 'project_id' | 'host_id'>): Promise<void> {
  const ofProject = project_id === null ? isNull(runners.project_id) : eq(runners.project_id, project_id);
  const isKnown = and(ofProject, eq(runners.host_id, host_id));
  const [known] = await tx.select({ id: runners.id }).from(runners).where(isKnown);
  if (known) return;
  if (project_id !== null) {
    await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, project_id)).for('no key update');
  }
  const [all] = await tx.select({ count: count() }).from(runners).where(ofProject);
  if ((all?.count ?? 0) < MAX_RUNNERS) return;
  const detail = `there are ${MAX_RUNNERS} runners, which is as many as there may be: delete one that is used no more`;
  throw new AppError('quota-exceeded', detail, { extra: { max_runners: MAX_RUNNERS } });
}

const CANCELED: End = { status: 'canceled', reason: 'canceled' };
const LOST: End = { status: 'failed', reason: 'runner-lost' };

/**
 * The runner's live job passes to the new session under a new lease, and waits for its claim (claim_key null). That is an attempt as
 * any other: a runner that dies again and again does not hold a job for ever. Only one that was never claimed is not fruitless: the
 * session's answer may have been lost on its way, and nothing was tried.
 */
async function takeOver(tx: Tx, runner_id: string, lease_id: string): Promise<void> {
  const [job] = await tx
    .select()
    .from(jobs)
    .where(and(eq(jobs.runner_id, runner_id), isLive(jobs.state)))
    .for('update');
  if (!job) return;
  const unclaimed = job.claim_key === null;
  if (isExhausted({ ...job, attempt_fruitless: job.attempt_fruitless && !unclaimed })) {
    await endJob(tx, job, job.state === 'canceling' ? CANCELED : LOST);
    return;
  }
  await tx
    .update(jobs)
    .set({
      ...NEXT_ATTEMPT,
      ...(unclaimed && { fruitless_attempts: job.fruitless_attempts }),
      state: sql<JobState>`case when ${jobs.state} = 'canceling' then 'canceling' else 'claimed' end`,
      lease_id,
      lease_expires_at: inSeconds(LEASE_S),
      claim_key: null,
    })
    .where(eq(jobs.id, job.id));
  const data = { why: 'session-superseded', attempt: job.attempt, started: job.attempt_started_at !== null };
  await changeExperiment(tx, job.experiment_id, { progress: null }, { type: 'requeued', data });
}

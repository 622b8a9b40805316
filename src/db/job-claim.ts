import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { ClaimedJob } from '../core/runner-protocol.ts';
import type { Db, Tx } from './client.ts';
import { inSeconds, now } from './clock.ts';
import { changeExperiment } from './experiment-change.ts';
import { expireDue } from './expiry.ts';
import { NEXT_ATTEMPT } from './job-attempts.ts';
import { type Claim, type FreshClaim, claimAlone, OF_A_FORK } from './job-claim-fresh.ts';
import { answerOf } from './job-lease.ts';
import { nextFor } from './job-queue.ts';
import { CLAIM_START_S } from './lease-terms.ts';
import { experiments } from './schema/experiments.ts';
import { type JobRow, jobs } from './schema/jobs.ts';
import { projects } from './schema/projects.ts';
import { runners } from './schema/runners.ts';
import { isLive } from './schema/states.ts';
import { trialsOfGeneration } from './trials.ts';

export type ClaimAnswer =
  | { readonly kind: 'job'; readonly job: ClaimedJob; readonly status: 'running' | 'canceling' }
  | { readonly kind: 'none' }
  | { readonly kind: 'busy'; readonly job_id: string }
  | { readonly kind: 'superseded' };

type Runner = typeof runners.$inferSelect;

/**
 * Asks the one statement that nearly every claim is; `claimsTogether` for several at once. Of a claim whose signal is aborted before
 * it is asked the answer is `none`.
 */
export type AskFresh = (claim: Claim, signal?: AbortSignal) => Promise<FreshClaim>;

export interface Asking {
  readonly ask?: AskFresh | undefined;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** The job of that claim key if the runner holds it, else the oldest that fits; also the one its session took over. */
export async function claimJob(
  db: Db,
  claim: Claim,
  { ask = (one) => claimAlone(db, one), signal }: Asking = {},
): Promise<ClaimAnswer> {
  let fresh = await ask(claim, signal);
  if (fresh.kind === 'ask-alone') fresh = await claimAlone(db, claim);
  if (fresh.kind === 'job') return { ...fresh, status: 'running' };
  if (fresh.kind === 'none' || fresh.kind === 'superseded') return { kind: fresh.kind };
  return db.transaction((tx) => claimWithin(tx, claim));
}

async function claimWithin(tx: Tx, claim: Claim): Promise<ClaimAnswer> {
  const runner = await lockRunner(tx, claim);
  if (!runner) return { kind: 'superseded' };
  await expireDue(tx);
  const [held] = await tx
    .select()
    .from(jobs)
    .where(and(eq(jobs.runner_id, runner.id), isLive(jobs.state)))
    .for('update');
  if (held && held.claim_key !== null && held.claim_key !== claim.claim_key) return { kind: 'busy', job_id: held.id };
  const job = held ? await adopt(tx, held, claim) : await take(tx, runner, claim);
  if (!job) return { kind: 'none' };
  return { kind: 'job', job: await describe(tx, job), status: answerOf(job) };
}

/** Locks the runner of the session for the transaction, so that no newer session opens meanwhile. */
async function lockRunner(tx: Tx, { session_id, project_id }: Claim): Promise<Runner | undefined> {
  const ofProject = sql`${runners.project_id} is not distinct from ${project_id}::text`;
  const [runner] = await tx
    .update(runners)
    .set({ last_seen_at: now() })
    .where(and(eq(runners.session_id, session_id), ofProject))
    .returning();
  return runner;
}

/** A job that the runner holds already: an answer that was lost is given again, and one taken over gets its claim. */
async function adopt(tx: Tx, held: JobRow, claim: Claim): Promise<JobRow> {
  if (held.claim_key !== null) return held;
  const [job] = await tx
    .update(jobs)
    .set({ claim_key: claim.claim_key, lease_expires_at: inSeconds(CLAIM_START_S) })
    .where(eq(jobs.id, held.id))
    .returning();
  if (!job) throw new Error(`job ${held.id} vanished under its lock`);
  await noteClaim(tx, job);
  return job;
}

/** The next of the queue, whatever its past. A runner that is draining finishes what it holds and is given nothing. */
async function take(tx: Tx, runner: Runner, claim: Claim): Promise<JobRow | undefined> {
  if (runner.draining) return undefined;
  const asks = tx.$with('asking', {}).as(sql`select offer_keys, labels from ${runners} where id = ${runner.id}`);
  const next = tx.$with('next', {}).as(nextFor('asking', runner.project_id));
  const [job] = await tx
    .with(asks, next)
    .update(jobs)
    .set({
      ...NEXT_ATTEMPT,
      state: 'claimed',
      generation: sql`${jobs.generation} + case when ${jobs.host_id} is distinct from ${runner.host_id} and ${jobs.host_id} is not null then 1 else 0 end`,
      runner_id: runner.id,
      host_id: runner.host_id,
      lease_id: claim.lease_id,
      lease_expires_at: inSeconds(CLAIM_START_S),
      claim_key: claim.claim_key,
    })
    .from(sql`next`)
    .where(sql`${jobs.id} = next.id`)
    .returning(getTableColumns(jobs));
  if (!job) return undefined;
  if (runner.project_id === null) await takeTurn(tx, job);
  await noteClaim(tx, job);
  return job;
}

/** Shared runners take turns between projects. */
async function takeTurn(tx: Tx, { project_id }: JobRow): Promise<void> {
  await tx.update(projects).set({ last_claimed_at: now() }).where(eq(projects.id, project_id));
}

/** Trials, host and progress that readers see are those of the current generation. */
async function noteClaim(tx: Tx, job: JobRow): Promise<void> {
  const done = (await trialsOfGeneration(tx, job)).filter((trial) => trial.run === 1).length;
  const data = { runner_id: job.runner_id, attempt: job.attempt, generation: job.generation };
  await changeExperiment(tx, job.experiment_id, { trials_done: done, progress: null }, { type: 'claimed', data });
}

async function describe(tx: Tx, job: JobRow): Promise<ClaimedJob> {
  const [row] = await tx
    .select({
      spec: experiments.spec,
      schedule: experiments.schedule,
      is_fork: OF_A_FORK,
      deadline_in_s: sql<number>`extract(epoch from coalesce(${jobs.deadline_at}, ${inSeconds(jobs.timeout_s)}) - now())::double precision`,
    })
    .from(jobs)
    .innerJoin(experiments, eq(experiments.id, jobs.experiment_id))
    .where(eq(jobs.id, job.id));
  if (!row) throw new Error(`job ${job.id} without its experiment`);
  return {
    job_id: job.id,
    experiment_id: job.experiment_id,
    attempt: job.attempt,
    generation: job.generation,
    lease_id: job.lease_id ?? '',
    spec: row.spec,
    schedule: row.schedule.map(({ block, cells }) => ({ block, cells: [...cells] })),
    done_trials: await trialsOfGeneration(tx, job),
    deadline_in_s: Math.max(0, row.deadline_in_s),
    ...(row.is_fork && { untrusted: true }),
  };
}

import { createHash } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { type IdKind, makeId } from '../../src/core/id.ts';
import { expandMatrix } from '../../src/core/matrix.ts';
import { type TargetOffer, neededKeys, offerKeys } from '../../src/core/offer.ts';
import type { Progress } from '../../src/core/runner-protocol.ts';
import { makeSchedule } from '../../src/core/schedule.ts';
import type { Spec } from '../../src/core/spec.ts';
import type { Db } from '../../src/db/client.ts';
import { type ExperimentRow, createExperiment } from '../../src/db/experiments.ts';
import { type AskFresh, type ClaimAnswer, claimJob } from '../../src/db/job-claim.ts';
import { startJob } from '../../src/db/job-run.ts';
import type { LeaseRef } from '../../src/db/job-lease.ts';
import { type TrialAnswer, putTrial } from '../../src/db/job-trial.ts';
import { createProject } from '../../src/db/projects.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { type JobRow, jobs } from '../../src/db/schema/jobs.ts';
import { openSession } from '../../src/db/sessions.ts';
import { OFFERS } from '../fixtures/offers.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { HOST_FINGERPRINT } from '../fixtures/trial-result.ts';

/** Actors and time for the tests of the verbs: projects, experiments, runners, and clocks put forward. */

export const id = (kind: IdKind): string => makeId(kind, uuidv7);
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export async function newProject(db: Db): Promise<string> {
  const project_id = id('project');
  await createProject(db, { id: project_id, name: project_id });
  return project_id;
}

interface Queued {
  readonly labels?: Record<string, string>;
  readonly runner_labels?: Record<string, string>;
  readonly needs?: readonly string[];
  readonly timeout_s?: number;
  readonly queue_timeout_s?: number;
  readonly name?: string;
  /** Of the spec, e.g. its series or thresholds. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** 2 cells × 2 blocks: 4 trials. */
export async function queueExperiment(
  db: Db,
  project_id: string,
  changes: Queued = {},
): Promise<ExperimentRow & { job_id: string }> {
  const spec = smallSpec(changes.spec) as unknown as Spec;
  const cells = expandMatrix(spec);
  const job_id = id('job');
  const row = await createExperiment(db, {
    experiment: {
      id: id('experiment'),
      project_id,
      name: changes.name ?? 'Small',
      labels: changes.labels ?? {},
      spec,
      original: { text: 'name: Small # as sent', media_type: 'application/yaml' },
      schedule: makeSchedule(cells, 2, 7),
      cells_count: cells.length,
      trials_planned: cells.length * 2,
    },
    job: {
      id: job_id,
      needs: changes.needs ?? neededKeys(spec.deployments),
      runner_labels: changes.runner_labels ?? {},
      timeout_s: changes.timeout_s ?? 3600,
      queue_timeout_s: changes.queue_timeout_s ?? 86_400,
    },
    queued: { cells: cells.length },
  });
  return { ...row, job_id };
}

/** A target of the test's own: shared runners see the jobs of all the other tests, too. */
export function offering(target: string): TargetOffer[] {
  return [{ ...OFFERS[0]!, target, servers: [{ server: 'here', interfaces: [] }] }];
}

export interface Runner {
  readonly project_id: string | null;
  readonly host_id: string;
  readonly runner_id: string;
  readonly session_id: string;
}

interface Opened {
  readonly host_id?: string;
  readonly labels?: Record<string, string>;
  readonly targets?: readonly TargetOffer[];
}

export async function openRunner(db: Db, project_id: string | null, changes: Opened = {}): Promise<Runner> {
  const host_id = changes.host_id ?? uuidv7();
  const targets = changes.targets ?? OFFERS;
  const session = await openSession(db, {
    project_id,
    host_id,
    fingerprint: HOST_FINGERPRINT,
    fingerprint_digest: sha256(host_id),
    version: '0.1.0',
    labels: changes.labels ?? {},
    targets,
    offer_keys: offerKeys(targets),
    ids: { runner_id: id('runner'), session_id: id('session'), lease_id: id('lease') },
  });
  return { project_id, host_id, ...session };
}

export function claim(
  db: Db,
  { project_id, session_id }: Runner,
  claim_key: string = uuidv7(),
  ask?: AskFresh,
): Promise<ClaimAnswer> {
  return claimJob(db, { project_id, session_id, claim_key, lease_id: id('lease') }, { ask });
}

/** Claims, and fails the test when there is no job. */
export async function claimed(db: Db, runner: Runner, claim_key?: string) {
  const answer = await claim(db, runner, claim_key);
  if (answer.kind !== 'job') throw new Error(`expected a job, got ${answer.kind}`);
  return answer.job;
}

/** A project with one experiment that one runner has claimed and started. */
export async function startedJob(db: Db, changes: Queued = {}) {
  const project_id = await newProject(db);
  const experiment = await queueExperiment(db, project_id, changes);
  const runner = await openRunner(db, project_id);
  const job = await claimed(db, runner);
  const lease: LeaseRef = { job_id: job.job_id, lease_id: job.lease_id };
  await startJob(db, lease);
  return { project_id, experiment, runner, job, lease };
}

interface Put {
  readonly state?: 'ok' | 'error' | 'skipped';
  readonly run?: number;
  readonly body?: string;
}

export function put(db: Db, lease: LeaseRef, cell: string, block: number, changes: Put = {}): Promise<TrialAnswer> {
  const body = changes.body ?? `{"cell":"${cell}","block":${block}}`;
  const { run = 1, state = 'ok' } = changes;
  return putTrial(db, { ...lease, cell, block, run, state, trial_id: id('trial'), digest: sha256(body), body });
}

export async function putAll(
  db: Db,
  lease: LeaseRef,
  { schedule }: Pick<ExperimentRow, 'schedule'>,
  changes: Put = {},
) {
  for (const { block, cells } of schedule) for (const cell of cells) await put(db, lease, cell, block, changes);
}

export function progress(changes: Partial<Progress> = {}): Progress {
  return { trials_done: 0, cell: null, block: null, phase: 'window', rps: 100, errors: 0, ...changes };
}

export async function jobOf(db: Db, job_id: string): Promise<JobRow> {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, job_id));
  if (!job) throw new Error(`no job ${job_id}`);
  return job;
}

export async function experimentOf(db: Db, experiment_id: string) {
  const [experiment] = await db.select().from(experiments).where(eq(experiments.id, experiment_id));
  if (!experiment) throw new Error(`no experiment ${experiment_id}`);
  return experiment;
}

const JOB_TIMES = ['queued_at', 'claimed_at', 'attempt_started_at', 'started_at', 'deadline_at', 'lease_expires_at'];

/** Lets time pass for all jobs that have not ended, by moving what is written into the past: leases know no clock but the database's. */
export async function pass(db: Db, seconds: number, service: 'up' | 'down' = 'up'): Promise<void> {
  const back = (column: string) => `${column} = ${column} - make_interval(secs => ${seconds})`;
  await db.execute(sql.raw(`UPDATE jobs SET ${JOB_TIMES.map(back).join(', ')} WHERE ended_at IS NULL`));
  await db.execute(
    sql.raw(`UPDATE service_clock SET ${service === 'up' ? 'service_seen_at = now()' : back('service_seen_at')}`),
  );
}

/** Seconds from now, by the database's clock, until a time that is stored. */
export async function secondsUntil(
  db: Db,
  job_id: string,
  column: 'lease_expires_at' | 'deadline_at',
): Promise<number> {
  const until = sql<number>`extract(epoch from ${jobs[column]} - now())::double precision`;
  const [row] = await db.select({ until }).from(jobs).where(eq(jobs.id, job_id));
  if (!row) throw new Error(`no job ${job_id}`);
  return row.until;
}

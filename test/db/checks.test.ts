import { eq, sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { experiments } from '../../src/db/schema/experiments.ts';
import { jobs } from '../../src/db/schema/jobs.ts';
import { trials } from '../../src/db/schema/trials.ts';
import { useDatabase } from './database.ts';
import { id, newProject, openRunner, queueExperiment, sha256, startedJob } from './world.ts';

/** Illegal states do not insert: what the verbs never do, no hand-written statement does either. */
const database = useDatabase();
let queued: { id: string; job_id: string };
let running: Awaited<ReturnType<typeof startedJob>>;

beforeAll(async () => {
  queued = await queueExperiment(database.db, await newProject(database.db));
  running = await startedJob(database.db);
});

const violates = (constraint: string) => ({
  cause: expect.objectContaining({ message: expect.stringContaining(constraint) }),
});
const past = sql`now() - interval '1 minute'`;

test.each([
  ['jobs_state', { state: 'lost' as 'failed' }],
  ['jobs_ended', { state: 'succeeded' as const }],
  ['jobs_ended', { ended_at: past }],
  ['jobs_reason', { state: 'failed' as const, ended_at: past }],
  ['jobs_reason', { state: 'failed' as const, ended_at: past, reason: 'canceled' as const }],
  ['jobs_reason', { state: 'canceled' as const, ended_at: past, reason: 'deadline' as const }],
  ['jobs_reason', { reason: 'deadline' as const }],
  ['jobs_lease', { lease_expires_at: past }],
  ['jobs_held', { state: 'claimed' as const }],
  ['jobs_held', { state: 'claimed' as const, lease_expires_at: past }],
  ['jobs_deadline', { started_at: past }],
  ['jobs_started', { attempt_started_at: past }],
  ['jobs_succeeded', { state: 'succeeded' as const, ended_at: past }],
  ['jobs_needs', { needs: [] }],
  ['jobs_timeouts', { timeout_s: 0 }],
  ['jobs_attempts', { fruitless_attempts: 1 }],
  ['jobs_attempts', { generation: 0 }],
])('%s refuses a waiting job with %o', async (constraint, set) => {
  await expect(database.db.update(jobs).set(set).where(eq(jobs.id, queued.job_id))).rejects.toMatchObject(
    violates(constraint),
  );
});

test.each([
  ['jobs_lease', { lease_expires_at: null }],
  ['jobs_held', { lease_id: null }],
  ['jobs_held', { runner_id: null }],
  ['jobs_running', { attempt_started_at: null }],
  ['jobs_claimed', { state: 'claimed' as const }],
])('%s refuses a running job with %o', async (constraint, set) => {
  await expect(database.db.update(jobs).set(set).where(eq(jobs.id, running.job.job_id))).rejects.toMatchObject(
    violates(constraint),
  );
});

test.each([
  ['experiments_status', { status: 'claimed' as 'queued' }],
  ['experiments_ended', { ended_at: past }],
  ['experiments_reason', { reason: 'deadline' as const }],
  ['experiments_started', { status: 'running' as const }],
  ['experiments_started', { started_at: past }],
  ['experiments_progress', { progress: sql`'{}'::jsonb` }],
  ['experiments_counts', { trials_done: 5 }],
  ['experiments_shared', { shared: true }],
  ['experiments_results', { results_digest: sha256('') }],
  ['experiments_verdict', { verdict: 'none' as const }],
  ['experiments_results_ended', { results: sql`'{}'::json`, results_digest: sha256('') }],
])('%s refuses a waiting experiment with %o', async (constraint, set) => {
  await expect(database.db.update(experiments).set(set).where(eq(experiments.id, queued.id))).rejects.toMatchObject(
    violates(constraint),
  );
});

test('A runner holds one live job, and a lease id belongs to one job', async () => {
  const { db } = database;
  const other = await startedJob(db);
  const { runner_id } = running.runner;
  await expect(db.update(jobs).set({ runner_id }).where(eq(jobs.id, other.job.job_id))).rejects.toMatchObject(
    violates('jobs_one_live_per_runner'),
  );
  const { lease_id } = running.lease;
  await expect(db.update(jobs).set({ lease_id }).where(eq(jobs.id, other.job.job_id))).rejects.toMatchObject(
    violates('jobs_lease_id_unique'),
  );
});

test('A trial exists once per generation, and only with a state, a place and a digest', async () => {
  const { db } = database;
  const trial = {
    id: id('trial'),
    experiment_id: running.experiment.id,
    job_id: running.job.job_id,
    generation: 1,
    attempt: 1,
    cell: 'fastapi.w1.c16',
    block: 1,
    run: 1,
    position: 1,
    state: 'ok' as const,
    digest: sha256('x'),
    body: 'x',
  };
  await db.insert(trials).values(trial);
  const insert = (changes: Partial<typeof trial>) =>
    db.insert(trials).values({ ...trial, id: id('trial'), ...changes });
  await expect(insert({})).rejects.toMatchObject(violates('trials_once'));
  await expect(insert({ block: 2, state: 'lost' as 'ok' })).rejects.toMatchObject(violates('trials_state'));
  await expect(insert({ run: 3 })).rejects.toMatchObject(violates('trials_place'));
  await expect(insert({ block: 2, digest: 'ABC' })).rejects.toMatchObject(violates('trials_digest'));
  await expect(insert({ generation: 2 })).resolves.toBeDefined();
});

test('A host is one runner of a project, also among the shared ones', async () => {
  const { db } = database;
  const shared = await openRunner(db, null);
  const copy = sql`INSERT INTO runners SELECT 'rnr_copy', project_id, host_id, 'ses_copy', session_started_at, fingerprint, fingerprint_digest, version, labels, targets, offer_keys, created_at, last_seen_at FROM runners WHERE id = ${shared.runner_id}`;
  await expect(db.execute(copy)).rejects.toMatchObject(violates('runners_project_host'));
});

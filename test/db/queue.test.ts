import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { expire } from '../../src/db/expiry.ts';
import { heartbeat, startJob } from '../../src/db/job-run.ts';
import { jobs } from '../../src/db/schema/jobs.ts';
import { projects } from '../../src/db/schema/projects.ts';
import { runners } from '../../src/db/schema/runners.ts';
import { serviceClock } from '../../src/db/schema/service-clock.ts';
import { useDatabase } from './database.ts';
import {
  type Runner,
  claim,
  claimed,
  experimentOf,
  jobOf,
  newProject,
  offering,
  openRunner,
  pass,
  progress,
  queueExperiment,
} from './world.ts';

const database = useDatabase();

async function lastClaimed(project_id: string): Promise<Date | null | undefined> {
  const [project] = await database.db.select().from(projects).where(eq(projects.id, project_id));
  return project?.last_claimed_at;
}

async function lastSeen({ runner_id }: Runner): Promise<Date | undefined> {
  const [runner] = await database.db.select().from(runners).where(eq(runners.id, runner_id));
  return runner?.last_seen_at;
}

async function seenAt(): Promise<Date | undefined> {
  const [clock] = await database.db.select().from(serviceClock);
  return clock?.service_seen_at;
}

/** As if something had just ticked. */
async function ticks(): Promise<void> {
  await expire(database.db);
  await database.db.execute(sql`UPDATE service_clock SET service_seen_at = now()`);
}

test('Shared runners take turns between projects: the one that waited longest, its oldest job', async () => {
  const { db } = database;
  const [a, b] = [await newProject(db), await newProject(db)];
  const needs = ['turns/here'];
  const queued = [];
  for (const project of [a, a, a, b, b]) queued.push((await queueExperiment(db, project, { needs })).job_id);
  const given = [];
  for (const _ of queued) {
    given.push((await claimed(db, await openRunner(db, null, { targets: offering('turns') }))).job_id);
    await db.execute(sql`UPDATE projects SET last_claimed_at = last_claimed_at - interval '1 s'`);
  }
  const [a1, a2, a3, b1, b2] = queued;
  expect(given).toEqual([a1, b1, a2, b2, a3]);
});

test('A job that was claimed before takes its turn like any other', async () => {
  const { db } = database;
  const [a, b] = [await newProject(db), await newProject(db)];
  const shared = await openRunner(db, null, { targets: offering('again') });
  const first = await queueExperiment(db, a, { needs: ['again/here'] });
  expect((await claimed(db, shared)).job_id).toBe(first.job_id);
  await pass(db, 31);
  await expire(db);
  const before = await lastClaimed(a);
  await db.execute(sql`UPDATE projects SET last_claimed_at = last_claimed_at - interval '1 s' WHERE id = ${a}`);
  const other = await queueExperiment(db, b, { needs: ['again/here'] });
  expect((await claimed(db, shared)).job_id).toBe(other.job_id);
  const second = await openRunner(db, null, { targets: offering('again') });
  expect(await claimed(db, second)).toMatchObject({ job_id: first.job_id, attempt: 2, generation: 2 });
  expect((await lastClaimed(a))!.getTime()).toBeGreaterThanOrEqual(before!.getTime());
});

test("A claim by a project's own runner is no turn of the shared ones", async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  await claimed(db, await openRunner(db, project));
  expect(await lastClaimed(project)).toBeNull();
});

test('A runner that is draining is given nothing new, and again what it holds', async () => {
  const { db } = database;
  const project = await newProject(db);
  const { job_id } = await queueExperiment(db, project);
  await queueExperiment(db, project);
  const [busy, idle] = [await openRunner(db, project), await openRunner(db, project)];
  const job = await claimed(db, busy, 'claim-key-1');
  expect(job.job_id).toBe(job_id);
  for (const { runner_id } of [busy, idle])
    await db.update(runners).set({ draining: true }).where(eq(runners.id, runner_id));
  expect(await claim(db, idle)).toEqual({ kind: 'none' });
  expect((await claimed(db, busy, 'claim-key-1')).lease_id).toBe(job.lease_id);
  await pass(db, 31);
  expect(await claim(db, busy)).toEqual({ kind: 'none' });
  await db.update(runners).set({ draining: false }).where(eq(runners.id, idle.runner_id));
  expect((await claimed(db, idle)).job_id).toBe(job_id);
});

test('A job that a newer session took over is given to it, though its runner is draining', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  const first = await openRunner(db, project);
  const job = await claimed(db, first);
  const second = await openRunner(db, project, { host_id: first.host_id });
  await db.update(runners).set({ draining: true }).where(eq(runners.id, second.runner_id));
  expect(await claimed(db, second)).toMatchObject({ job_id: job.job_id, attempt: 2 });
});

test('A job whose queue timeout is over is given to nobody, though no tick has ended it yet', async () => {
  const { db } = database;
  const project = await newProject(db);
  const late = await queueExperiment(db, project, { queue_timeout_s: 600 });
  await pass(db, 601);
  const runner = await openRunner(db, project);
  expect(await claim(db, runner)).toEqual({ kind: 'none' });
  const next = await queueExperiment(db, project);
  expect((await claimed(db, runner)).job_id).toBe(next.job_id);
  await expire(db);
  expect(await experimentOf(db, late.id)).toMatchObject({ status: 'failed', reason: 'no-runner' });
});

test('A job past its deadline is given to nobody, though no tick has ended it yet', async () => {
  const { db } = database;
  const project = await newProject(db);
  const late = await queueExperiment(db, project, { timeout_s: 100 });
  const first = await openRunner(db, project);
  await startJob(db, await claimed(db, first));
  await pass(db, 91);
  await expire(db);
  expect((await jobOf(db, late.job_id)).state).toBe('queued');
  await pass(db, 10);
  expect(await claim(db, await openRunner(db, project))).toEqual({ kind: 'none' });
  await expire(db);
  expect(await experimentOf(db, late.id)).toMatchObject({ status: 'failed', reason: 'deadline' });
});

test('A runner that claims twice at once with two keys holds one job and is busy with it', async () => {
  const { db } = database;
  const project = await newProject(db);
  for (let n = 0; n < 4; n += 1) await queueExperiment(db, project);
  const runner = await openRunner(db, project);
  const answers = await Promise.all([1, 2, 3, 4].map((n) => claim(db, runner, `claim-key-${n}`)));
  const given = answers.flatMap((answer) => (answer.kind === 'job' ? [answer.job.job_id] : []));
  expect(given).toHaveLength(1);
  const busy = answers.flatMap((answer) => (answer.kind === 'busy' ? [answer.job_id] : []));
  expect(busy).toEqual([given[0], given[0], given[0]]);
});

test('A runner that claims twice at once with one key is given one job, under one lease', async () => {
  const { db } = database;
  const project = await newProject(db);
  for (let n = 0; n < 4; n += 1) await queueExperiment(db, project);
  const runner = await openRunner(db, project);
  const all = await Promise.all([1, 2, 3, 4].map(() => claimed(db, runner, 'claim-key-1')));
  expect(new Set(all.map((job) => `${job.job_id} ${job.lease_id} ${job.attempt}`)).size).toBe(1);
});

test('A session that opens while the older one claims leaves one of them with the job', async () => {
  const { db } = database;
  const project = await newProject(db);
  const { job_id } = await queueExperiment(db, project);
  const older = await openRunner(db, project);
  const [answer, newer] = await Promise.all([claim(db, older), openRunner(db, project, { host_id: older.host_id })]);
  expect(['job', 'superseded']).toContain(answer.kind);
  expect(await claim(db, older)).toEqual({ kind: 'superseded' });
  expect((await claimed(db, newer)).job_id).toBe(job_id);
});

test('Looking at an empty queue writes nothing, but a sign of life every five seconds', async () => {
  const { db } = database;
  const runner = await openRunner(db, await newProject(db));
  const opened = await lastSeen(runner);
  await ticks();
  expect(await claim(db, runner)).toEqual({ kind: 'none' });
  expect(await lastSeen(runner)).toEqual(opened);
  const earlier = new Date(opened!.getTime() - 6_000);
  await db.update(runners).set({ last_seen_at: earlier }).where(eq(runners.id, runner.runner_id));
  await claim(db, runner);
  expect((await lastSeen(runner))!.getTime()).toBeGreaterThanOrEqual(opened!.getTime());
});

test('A beat is a sign of life, too', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  const runner = await openRunner(db, project);
  const opened = await lastSeen(runner);
  const job = await claimed(db, runner);
  await startJob(db, job);
  const earlier = new Date(opened!.getTime() - 6_000);
  await db.update(runners).set({ last_seen_at: earlier }).where(eq(runners.id, runner.runner_id));
  await heartbeat(db, { ...job, progress: progress() });
  expect((await lastSeen(runner))!.getTime()).toBeGreaterThanOrEqual(opened!.getTime());
});

test('Claims leave the clock to what ticks, and write it where nothing does', async () => {
  const { db } = database;
  const runner = await openRunner(db, await newProject(db));
  await ticks();
  const ticked = await seenAt();
  await claim(db, runner);
  expect(await seenAt()).toEqual(ticked);
  await db.execute(sql`UPDATE service_clock SET service_seen_at = now() - interval '3 s'`);
  const old = await seenAt();
  await claim(db, runner);
  expect((await seenAt())!.getTime()).toBeGreaterThan(old!.getTime());
});

test('Each claim looks whether a lease has lapsed, also where work waits and something ticks', async () => {
  const { db } = database;
  const project = await newProject(db);
  const [first, waiting] = [await queueExperiment(db, project), await queueExperiment(db, project)];
  const lost = await claimed(db, await openRunner(db, project));
  expect(lost.experiment_id).toBe(first.id);
  await db
    .update(jobs)
    .set({ lease_expires_at: sql`now() - interval '1 s'` })
    .where(eq(jobs.id, lost.job_id));
  await db.execute(sql`UPDATE service_clock SET service_seen_at = now()`);
  const again = await claimed(db, await openRunner(db, project));
  expect([again.job_id, again.attempt]).toEqual([lost.job_id, 2]);
  expect((await claimed(db, await openRunner(db, project))).experiment_id).toBe(waiting.id);
});

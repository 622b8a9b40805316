import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { startJob } from '../../src/db/job-run.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import {
  claim,
  claimed,
  experimentOf,
  jobOf,
  newProject,
  openRunner,
  put,
  queueExperiment,
  secondsUntil,
  pass,
} from './world.ts';
import { expire } from '../../src/db/expiry.ts';
import { listEvents } from '../../src/db/events.ts';
import { OFFERS } from '../fixtures/offers.ts';
import { useDatabase } from './database.ts';

const database = useDatabase();

test('A runner is given the oldest job that fits, with spec, schedule and the time it has', async () => {
  const { db } = database;
  const project = await newProject(db);
  const first = await queueExperiment(db, project);
  await queueExperiment(db, project);
  const job = await claimed(db, await openRunner(db, project));
  expect(job).toMatchObject({
    job_id: first.job_id,
    experiment_id: first.id,
    attempt: 1,
    generation: 1,
    done_trials: [],
  });
  expect(job.spec).toEqual(first.spec);
  expect(job.schedule).toEqual(first.schedule);
  expect(job.deadline_in_s).toBe(3600);
  expect((await jobOf(db, first.job_id)).state).toBe('claimed');
  expect((await experimentOf(db, first.id)).status).toBe('queued');
});

test('A job about the head of a fork is given as untrusted, again too and to the next runner; no other is', async () => {
  const { db } = database;
  const project = await newProject(db);
  const origin = { hook_id: 'hok_1', provider: 'github', event: 'pull-request', repo: 'a/b', branch: 'x' } as const;
  const more = { pull_request: 1, head_sha: null, base_sha: null };
  const fork = await queueExperiment(db, project);
  const own = await queueExperiment(db, project);
  for (const { id, fork: isFork } of [
    { id: fork.id, fork: true },
    { id: own.id, fork: false },
  ]) {
    const changed = { origin: { ...origin, ...more, fork: isFork } };
    await db.update(experiments).set(changed).where(eq(experiments.id, id));
  }
  const usual = await queueExperiment(db, project);
  const runner = await openRunner(db, project);
  const job = await claimed(db, runner, 'claim-key-1');
  expect(job).toMatchObject({ experiment_id: fork.id, untrusted: true });
  expect((await claimed(db, runner, 'claim-key-1')).untrusted).toBe(true);
  for (const { id } of [own, usual]) {
    const other = await claimed(db, await openRunner(db, project));
    expect(other.experiment_id).toBe(id);
    expect(other).not.toHaveProperty('untrusted');
  }
});

test('An empty queue gives nothing', async () => {
  const { db } = database;
  expect(await claim(db, await openRunner(db, await newProject(db)))).toEqual({ kind: 'none' });
});

test('Two runners that claim at the same time get two different jobs', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  await queueExperiment(db, project);
  const runners = [await openRunner(db, project), await openRunner(db, project), await openRunner(db, project)];
  const answers = await Promise.all(runners.map((runner) => claim(db, runner)));
  const given = answers.flatMap((answer) => (answer.kind === 'job' ? [answer.job.job_id] : []));
  expect(new Set(given).size).toBe(2);
  expect(answers.filter((answer) => answer.kind === 'none')).toHaveLength(1);
});

test('The same claim key gives the same job again, under the same lease and attempt', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  await queueExperiment(db, project);
  const runner = await openRunner(db, project);
  const first = await claimed(db, runner, 'claim-key-1');
  const again = await claimed(db, runner, 'claim-key-1');
  expect({ ...again, deadline_in_s: 0 }).toEqual({ ...first, deadline_in_s: 0 });
});

test('A runner that holds a job and claims another is busy with the one it has', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  await queueExperiment(db, project);
  const runner = await openRunner(db, project);
  const job = await claimed(db, runner);
  expect(await claim(db, runner)).toEqual({ kind: 'busy', job_id: job.job_id });
});

test('A session of another project, or one that nobody opened, claims nothing', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  const runner = await openRunner(db, project);
  expect(await claim(db, { ...runner, project_id: await newProject(db) })).toEqual({ kind: 'superseded' });
  expect(await claim(db, { ...runner, project_id: null })).toEqual({ kind: 'superseded' });
  expect(await claim(db, { ...runner, session_id: 'ses_unknown' })).toEqual({ kind: 'superseded' });
});

test('A runner of one project never sees the jobs of another; a shared one serves both', async () => {
  const { db } = database;
  const [mine, other] = [await newProject(db), await newProject(db)];
  const experiment = await queueExperiment(db, other, { needs: ['only/here'] });
  expect(await claim(db, await openRunner(db, mine))).toEqual({ kind: 'none' });
  const target = { ...OFFERS[0]!, target: 'only', servers: [{ server: 'here', interfaces: [] }] };
  const shared = await openRunner(db, null, { targets: [target] });
  expect((await claimed(db, shared)).experiment_id).toBe(experiment.id);
});

test.each([
  ['fastapi/uvicorn/asgi', 'job'],
  ['fastapi/uvicorn', 'job'],
  ['fastapi/uvicorn/wsgi', 'none'],
  ['fastapi/gunicorn', 'none'],
  ['flask/uvicorn', 'none'],
])('A job that needs %s is given: %s', async (need, kind) => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project, { needs: ['django/uvicorn/wsgi', need] });
  expect((await claim(db, await openRunner(db, project))).kind).toBe(kind);
});

test('A target that cannot run on the host is not offered for claims', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  const targets = OFFERS.map((offer) => ({ ...offer, unavailable: 'no Python' }));
  expect(await claim(db, await openRunner(db, project, { targets }))).toEqual({ kind: 'none' });
});

test('Every label that a spec requires must be on the runner, with that value', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project, { runner_labels: { arch: 'x86_64', disk: 'nvme' } });
  expect((await claim(db, await openRunner(db, project, { labels: { arch: 'x86_64' } }))).kind).toBe('none');
  expect((await claim(db, await openRunner(db, project, { labels: { arch: 'arm64', disk: 'nvme' } }))).kind).toBe(
    'none',
  );
  const fitting = { arch: 'x86_64', disk: 'nvme', more: 'yes' };
  expect((await claim(db, await openRunner(db, project, { labels: fitting }))).kind).toBe('job');
});

test('A claim has 30 s to start', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  const job = await claimed(db, await openRunner(db, project));
  const left = await secondsUntil(db, job.job_id, 'lease_expires_at');
  expect(left).toBeGreaterThan(25);
  expect(left).toBeLessThanOrEqual(30);
});

test('A claim on the same host goes on with the same generation and names what is stored', async () => {
  const { db } = database;
  const project = await newProject(db);
  const experiment = await queueExperiment(db, project);
  const runner = await openRunner(db, project);
  const job = await claimed(db, runner);
  await startJob(db, job);
  const cell = experiment.schedule[0]!.cells[0]!;
  await put(db, job, cell, 1, { state: 'error' });
  await pass(db, 91);
  const again = await claimed(db, runner);
  expect(again).toMatchObject({ attempt: 2, generation: 1, done_trials: [{ cell, block: 1, run: 1, state: 'error' }] });
  expect(again.lease_id).not.toBe(job.lease_id);
  expect(again.deadline_in_s).toBeLessThan(3600 - 90);
});

test('A claim by another host starts a new generation with nothing done', async () => {
  const { db } = database;
  const project = await newProject(db);
  const experiment = await queueExperiment(db, project);
  const job = await claimed(db, await openRunner(db, project));
  await startJob(db, job);
  await put(db, job, experiment.schedule[0]!.cells[0]!, 1);
  expect((await experimentOf(db, experiment.id)).trials_done).toBe(1);
  await pass(db, 91);
  await expire(db);
  const other = await claimed(db, await openRunner(db, project));
  expect(other).toMatchObject({ job_id: job.job_id, attempt: 2, generation: 2, done_trials: [] });
  expect((await experimentOf(db, experiment.id)).trials_done).toBe(0);
});

test('A claim looks at leases itself, so that a job is never stuck between two ticks', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  const job = await claimed(db, await openRunner(db, project));
  await pass(db, 31);
  expect((await claimed(db, await openRunner(db, project))).job_id).toBe(job.job_id);
});

test('Queueing, claim and start are in the list of events, without gaps', async () => {
  const { db } = database;
  const project = await newProject(db);
  const experiment = await queueExperiment(db, project);
  const runner = await openRunner(db, project);
  const job = await claimed(db, runner);
  await startJob(db, job);
  const events = await listEvents(db, project, experiment.id, { after: 0, limit: 10 });
  expect(events?.map(({ seq, type }) => [seq, type])).toEqual([
    [1, 'queued'],
    [2, 'claimed'],
    [3, 'started'],
  ]);
  expect(events?.[1]?.data).toEqual({ runner_id: runner.runner_id, attempt: 1, generation: 1 });
});

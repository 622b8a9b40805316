import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { claimsTogether } from '../../../src/db/claims-together.ts';
import { listEvents } from '../../../src/db/events.ts';
import { requestCancel } from '../../../src/db/experiments-cancel.ts';
import { shareExperiment } from '../../../src/db/experiments-share.ts';
import { expire } from '../../../src/db/expiry.ts';
import { finishJob } from '../../../src/db/job-finish.ts';
import type { AskFresh } from '../../../src/db/job-claim.ts';
import { heartbeat, releaseJob } from '../../../src/db/job-run.ts';
import { createFirstOperator } from '../../../src/db/keys.ts';
import { firstOperator, projects } from '../../../src/db/schema/projects.ts';
import { runners } from '../../../src/db/schema/runners.ts';
import { listTrials } from '../../../src/db/trials.ts';
import {
  type Runner,
  claim,
  claimed,
  experimentOf,
  id,
  jobOf,
  newProject,
  openRunner,
  pass,
  progress,
  put,
  putAll,
  queueExperiment,
  sha256,
  startedJob,
} from '../world.ts';
import { hold, inTurn, rows } from './contend.ts';
import { useTwoClients } from './two-clients.ts';

/** Two services on one database, each verb on a connection of its own; a lock that the test holds says who comes first. */
const clients = useTwoClients();

test('Of two runners that claim the one job at once, one gets it and the other nothing', async () => {
  const { one, two, direct } = clients;
  const project = await newProject(one);
  const { job_id } = await queueExperiment(one, project);
  const [first, second] = [await openRunner(one, project), await openRunner(two, project)];
  const answers = await inTurn(direct, rows('runners', first.runner_id, second.runner_id), [
    () => claim(one, first),
    () => claim(two, second),
  ]);
  expect(answers.map((answer) => answer.kind).toSorted()).toEqual(['job', 'none']);
  expect(await jobOf(one, job_id)).toMatchObject({ state: 'claimed', attempt: 1, generation: 1 });
});

test('The same claim sent twice at once is one claim: the same job, lease and attempt', async () => {
  const { one, two, direct } = clients;
  const project = await newProject(one);
  await queueExperiment(one, project);
  await queueExperiment(one, project);
  const runner = await openRunner(one, project);
  const [first, second] = await inTurn(direct, rows('runners', runner.runner_id), [
    () => claimed(one, runner, 'claim-key-1'),
    () => claimed(two, runner, 'claim-key-1'),
  ]);
  expect({ ...second, deadline_in_s: 0 }).toEqual({ ...first, deadline_in_s: 0 });
});

test('Runners of two services empty a queue, and no job is given twice', async () => {
  const { one, two } = clients;
  const project = await newProject(one);
  const queued: string[] = [];
  for (let n = 0; n < 40; n += 1) queued.push((await queueExperiment(one, project)).job_id);
  const drain = async (db: typeof one) => {
    const runner = await openRunner(db, project);
    const taken: string[] = [];
    for (let answer = await claim(db, runner); answer.kind === 'job'; answer = await claim(db, runner)) {
      taken.push(answer.job.job_id);
      await finishJob(db, { ...answer.job, outcome: 'failed', reason: 'fail-fast' });
    }
    return taken;
  };
  const taken = await Promise.all([one, two, one, two, one, two].map(drain));
  expect(taken.flat().toSorted()).toEqual(queued.toSorted());
});

test('Two services that ask for the same runners together, in opposite order, wait for each other in no circle', async () => {
  const { one, two } = clients;
  const project = await newProject(one);
  const all = [];
  for (let n = 0; n < 12; n += 1) all.push(await openRunner(one, project));
  const asks = [claimsTogether(one), claimsTogether(two)] as const;
  const held = new Set<string>();
  for (let round = 0; round < 5; round += 1) {
    for (let n = 0; n < 12; n += 1) await queueExperiment(one, project);
    // As a runner does: it asks again when there was none, for what another statement had locked and did not take.
    const untilGiven = async (db: typeof one, runner: Runner, ask: AskFresh) => {
      let answer = await claim(db, runner, `key-${round}`, ask);
      while (answer.kind === 'none') answer = await claim(db, runner, `key-${round}`, ask);
      return answer.kind === 'job' ? answer.job : null;
    };
    const jobs = await Promise.all([
      ...all.map((runner) => untilGiven(one, runner, asks[0])),
      ...all.toReversed().map((runner) => untilGiven(two, runner, asks[1])),
    ]);
    expect(jobs).not.toContain(null);
    // Each runner holds one job, whichever of the two it asked.
    expect(new Set(jobs.map((job) => job?.job_id)).size).toBe(12);
    for (const job of jobs.slice(0, 12)) {
      held.add(job!.job_id);
      await finishJob(one, { ...job!, outcome: 'failed', reason: 'fail-fast' });
    }
  }
  expect(held.size).toBe(60);
});

test('A finish that comes before a cancel has succeeded; the cancel finds it ended', async () => {
  const { one, two, direct } = clients;
  const { project_id, experiment, lease } = await startedJob(one);
  await putAll(one, lease, experiment);
  const [finish, cancel] = await inTurn(direct, rows('jobs', lease.job_id), [
    () => finishJob(one, { ...lease, outcome: 'succeeded', reason: null }),
    () => requestCancel(two, project_id, experiment.id),
  ]);
  expect([finish.kind, cancel]).toEqual(['finished', 'ended']);
  expect(await experimentOf(one, experiment.id)).toMatchObject({ status: 'succeeded', cancel_requested_at: null });
});

test('A cancel that comes before a finish is noted, and a finish with every trial wins over it', async () => {
  const { one, two, direct } = clients;
  const { project_id, experiment, lease } = await startedJob(one);
  await putAll(one, lease, experiment);
  const [cancel, finish] = await inTurn(direct, rows('jobs', lease.job_id), [
    () => requestCancel(one, project_id, experiment.id),
    () => finishJob(two, { ...lease, outcome: 'succeeded', reason: null }),
  ]);
  expect([cancel, finish.kind]).toEqual(['canceling', 'finished']);
  const row = await experimentOf(one, experiment.id);
  expect(row.status).toBe('succeeded');
  expect(row.cancel_requested_at).toBeInstanceOf(Date);
});

test.each([
  ['the same body', '{"n":1}', 'same'],
  ['another body', '{"n":2}', 'conflict'],
])('A trial that is sent twice at once with %s is stored once: the first', async (_, body, kind) => {
  const { one, two, direct } = clients;
  const { experiment, lease } = await startedJob(one);
  const cell = experiment.schedule[0]!.cells[0]!;
  const [first, second] = await inTurn(direct, rows('jobs', lease.job_id), [
    () => put(one, lease, cell, 1, { body: '{"n":1}' }),
    () => put(two, lease, cell, 1, { body }),
  ]);
  expect([first.kind, second.kind]).toEqual(['stored', kind]);
  expect(second.trial_id).toBe(first.trial_id);
  expect((await listTrials(one, experiment.id)).map((trial) => trial.digest)).toEqual([sha256('{"n":1}')]);
  expect((await experimentOf(one, experiment.id)).trials_done).toBe(1);
});

test('A heartbeat that is under way when its lease lapses keeps the job: expiry passes it over', async () => {
  const { one, two, direct } = clients;
  const { experiment, lease } = await startedJob(one);
  await pass(one, 91);
  await using held = await hold(direct, rows('experiments', experiment.id));
  const beat = heartbeat(one, { ...lease, progress: progress() });
  await held.waiters(1);
  expect((await expire(two)).map((expired) => expired.job_id)).not.toContain(lease.job_id);
  await held.release();
  expect(await beat).toBe('running');
  expect((await jobOf(one, lease.job_id)).state).toBe('running');
});

test('A heartbeat that comes while its job is being put back into the queue revives it', async () => {
  const { one, two, direct } = clients;
  const { project_id, experiment, lease } = await startedJob(one);
  await pass(one, 91);
  const [expired, beat] = await inTurn(direct, rows('experiments', experiment.id), [
    () => expire(one),
    () => heartbeat(two, { ...lease, progress: progress() }),
  ]);
  expect(expired).toContainEqual(expect.objectContaining({ job_id: lease.job_id, status: 'queued' }));
  expect(beat).toBe('running');
  expect((await jobOf(one, lease.job_id)).state).toBe('running');
  const events = await listEvents(one, project_id, experiment.id, { after: 3, limit: 10 });
  expect(events?.map((event) => event.type)).toEqual(['requeued', 'lease-revived']);
});

test('A newer session that opens while the older one claims takes over what that was given', async () => {
  const { one, two, direct } = clients;
  const project = await newProject(one);
  const experiment = await queueExperiment(one, project);
  const old = await openRunner(one, project);
  const [job, session] = await inTurn(direct, rows('experiments', experiment.id), [
    () => claimed(one, old),
    () => openRunner(two, project, { host_id: old.host_id }),
  ]);
  expect(session.runner_id).toBe(old.runner_id);
  expect(await heartbeat(one, { ...job, progress: progress() })).toBe('lease-lost');
  expect(await claimed(two, session)).toMatchObject({ job_id: job.job_id, attempt: 2, generation: 1 });
});

test('A claim that comes while a newer session opens is superseded, and takes no job', async () => {
  const { one, two, direct } = clients;
  const project = await newProject(one);
  const { job_id } = await queueExperiment(one, project);
  const old = await openRunner(one, project);
  const [session, answer] = await inTurn(direct, rows('runners', old.runner_id), [
    () => openRunner(one, project, { host_id: old.host_id }),
    () => claim(two, old),
  ]);
  expect(answer).toEqual({ kind: 'superseded' });
  expect((await jobOf(one, job_id)).state).toBe('queued');
  expect((await claimed(two, session)).job_id).toBe(job_id);
});

test('A release waits for nobody who has locked its runner, as a session does that waits for the job', async () => {
  const { one, two, direct } = clients;
  const { experiment, runner, lease } = await startedJob(one);
  await using held = await hold(direct, rows('runners', runner.runner_id));
  expect(held).toBeDefined();
  expect(await releaseJob(two, lease)).toBe('released');
  expect((await experimentOf(one, experiment.id)).progress).toBeNull();
});

test('Nor does an expiry, also when it is the first after an outage', async () => {
  const { one, two, direct } = clients;
  const { experiment, runner, lease } = await startedJob(one, { timeout_s: 60 });
  await pass(one, 300, 'down');
  await using held = await hold(direct, rows('runners', runner.runner_id));
  expect(held).toBeDefined();
  expect((await expire(two)).map((expired) => expired.job_id)).toContain(lease.job_id);
  expect(await experimentOf(one, experiment.id)).toMatchObject({ status: 'failed', reason: 'deadline' });
});

test('Two sessions of one host that open at once are one runner, and one of them is its session', async () => {
  const { one, two, direct } = clients;
  const project = await newProject(one);
  const sessions = await inTurn(direct, 'LOCK TABLE runners IN SHARE MODE', [
    () => openRunner(one, project, { host_id: 'one-host' }),
    () => openRunner(two, project, { host_id: 'one-host' }),
  ]);
  expect(new Set(sessions.map((session) => session.runner_id)).size).toBe(1);
  const kept = await one
    .select({ session_id: runners.session_id })
    .from(runners)
    .where(eq(runners.project_id, project));
  expect(kept).toHaveLength(1);
  const answers = await Promise.all(sessions.map((session) => claim(one, session)));
  expect(answers.map((answer) => answer.kind).toSorted()).toEqual(['none', 'superseded']);
});

test('Two services that start on a new database make one first operator key', async () => {
  const { one, two, direct } = clients;
  const first = () => {
    const project = { id: id('project'), name: `first ${id('project')}` };
    const shown = { name: 'first', type: 'operator', scopes: [], prefix: 'bw_operator_', last_four: 'abcd' } as const;
    const key = { ...shown, id: id('key'), project_id: project.id, hash: sha256(project.id), expires_at: null };
    return { project, key };
  };
  const made = await inTurn(direct, 'LOCK TABLE first_operator IN SHARE MODE', [
    () => createFirstOperator(one, first()),
    () => createFirstOperator(two, first()),
  ]);
  expect(made.toSorted()).toEqual([false, true]);
  expect(await one.select().from(firstOperator)).toHaveLength(1);
  const named = await one
    .select({ id: projects.id })
    .from(projects)
    .where(sql`${projects.name} like 'first %'`);
  expect(named).toHaveLength(1);
});

test('An experiment that two people share at once has one link, and one change to see', async () => {
  const { one, two, direct } = clients;
  const project = await newProject(one);
  const { id: experiment_id, version } = await queueExperiment(one, project);
  const links = await inTurn(direct, rows('experiments', experiment_id), [
    () => shareExperiment(one, project, experiment_id),
    () => shareExperiment(two, project, experiment_id),
  ]);
  expect(links).toEqual([1, 1]);
  expect((await experimentOf(one, experiment_id)).version).toBe(version + 1);
});

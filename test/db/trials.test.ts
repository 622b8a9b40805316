import { expect, test } from 'vitest';
import { expire } from '../../src/db/expiry.ts';
import { listTrialKeys } from '../../src/db/job-trial.ts';
import { startJob } from '../../src/db/job-run.ts';
import { getTrial, listTrials, listTrialsPage } from '../../src/db/trials.ts';
import { useDatabase } from './database.ts';
import {
  claimed,
  experimentOf,
  jobOf,
  newProject,
  openRunner,
  pass,
  put,
  putAll,
  sha256,
  startedJob,
} from './world.ts';

const database = useDatabase();

test('A trial is stored with the exact text that was sent', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  const cell = experiment.schedule[1]!.cells[1]!;
  const body = '{ "b": 1.0,\n  "a": "\\u0000 ü 漢" }';
  const answer = await put(db, lease, cell, 2, { body, state: 'error' });
  expect(answer).toMatchObject({ kind: 'stored', status: 'running' });
  expect(await getTrial(db, project_id, experiment.id, answer.trial_id ?? '')).toMatchObject({
    cell,
    block: 2,
    run: 1,
    generation: 1,
    superseded: false,
    position: 4,
    state: 'error',
    body,
    digest: sha256(body),
  });
});

test('The same body again is the same trial; another body is a conflict, and the first stays', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  const cell = experiment.schedule[0]!.cells[0]!;
  const first = await put(db, lease, cell, 1, { body: '{"n":1}' });
  const version = (await experimentOf(db, experiment.id)).version;
  expect(await put(db, lease, cell, 1, { body: '{"n":1}' })).toEqual({ ...first, kind: 'same' });
  expect(await put(db, lease, cell, 1, { body: '{"n":2}' })).toEqual({ ...first, kind: 'conflict' });
  expect((await getTrial(db, project_id, experiment.id, first.trial_id ?? ''))?.body).toBe('{"n":1}');
  expect(await experimentOf(db, experiment.id)).toMatchObject({ version, trials_done: 1 });
});

test('The same trial sent twice at once is stored once', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  const cell = experiment.schedule[0]!.cells[0]!;
  const answers = await Promise.all([put(db, lease, cell, 1), put(db, lease, cell, 1), put(db, lease, cell, 1)]);
  expect(answers.map((answer) => answer.kind).toSorted()).toEqual(['same', 'same', 'stored']);
  expect(await listTrials(db, experiment.id)).toHaveLength(1);
});

test('A rerun is a trial of its own, and does not count as progress', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  const cell = experiment.schedule[0]!.cells[0]!;
  await put(db, lease, cell, 1);
  expect((await put(db, lease, cell, 1, { run: 2 })).kind).toBe('stored');
  expect((await experimentOf(db, experiment.id)).trials_done).toBe(1);
});

test.each([
  ['flask.w1.c16', 1],
  ['fastapi.w1.c16', 3],
  ['fastapi.w1.c16', 0],
])('%s in block %i is not in the schedule and is refused', async (cell, block) => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  expect(await put(db, lease, cell, block)).toEqual({ kind: 'unknown-cell', status: 'running', trial_id: null });
  expect(await listTrials(db, experiment.id)).toEqual([]);
});

test('Trials come in the order of the schedule, whole or in pages, however they arrived', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  const wanted = experiment.schedule.flatMap(({ block, cells }) => cells.map((cell) => ({ cell, block, run: 1 })));
  for (const { cell, block } of wanted.toReversed()) await put(db, lease, cell, block);
  const second = wanted[1]!;
  await put(db, lease, second.cell, second.block, { run: 2 });
  const order = [wanted[0], second, { ...second, run: 2 }, wanted[2], wanted[3]];
  const keys = (trials: readonly { cell: string; block: number; run: number }[]) =>
    trials.map(({ cell, block, run }) => ({ cell, block, run }));
  expect(keys(await listTrials(db, experiment.id))).toEqual(order);
  const first = await listTrialsPage(db, experiment.id, { after: null, limit: 2 });
  const rest = await listTrialsPage(db, experiment.id, { after: first.at(-1) ?? null, limit: 10 });
  expect(keys([...first, ...rest])).toEqual(order);
  expect(first).toHaveLength(2);
  const listed = await listTrialKeys(db, lease);
  expect(listed.kind === 'trials' && keys(listed.trials)).toEqual(order);
});

test('Trials of a generation on another host are kept, marked superseded, and counted no more', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  const cell = experiment.schedule[0]!.cells[0]!;
  const old = await put(db, lease, cell, 1, { body: '{"host":1}' });
  await pass(db, 91);
  await expire(db);
  const next = await claimed(db, await openRunner(db, project_id));
  await startJob(db, next);
  expect(await listTrials(db, experiment.id)).toEqual([]);
  expect((await put(db, next, cell, 1, { body: '{"host":2}' })).kind).toBe('stored');
  expect((await listTrials(db, experiment.id)).map((trial) => trial.body)).toEqual(['{"host":2}']);
  expect(await getTrial(db, project_id, experiment.id, old.trial_id ?? '')).toMatchObject({
    superseded: true,
    generation: 1,
    body: '{"host":1}',
  });
});

test('A trial is not shown to another project, nor as one of another experiment', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  const { trial_id } = await put(db, lease, experiment.schedule[0]!.cells[0]!, 1);
  expect(await getTrial(db, await newProject(db), experiment.id, trial_id ?? '')).toBeNull();
  expect(await getTrial(db, project_id, 'exp_other', trial_id ?? '')).toBeNull();
});

test('Every stored trial is something to see: version, count and events', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  const before = await experimentOf(db, experiment.id);
  await putAll(db, lease, experiment);
  const after = await experimentOf(db, experiment.id);
  expect(after.version - before.version).toBe(4);
  expect(after.events_count - before.events_count).toBe(4);
  expect(after.trials_done).toBe(4);
  expect((await jobOf(db, lease.job_id)).attempt_fruitless).toBe(false);
});

import { describe, expect, test } from 'vitest';
import { expire } from '../../../src/db/expiry.ts';
import { startJob } from '../../../src/db/job-run.ts';
import { getTrial, listTrials } from '../../../src/db/trials.ts';
import { useDatabase } from '../database.ts';
import { claimed, experimentOf, openRunner, pass, put, sha256, startedJob } from '../world.ts';

const database = useDatabase();

describe('rule 3: delivery at least once, results exactly once; a generation for each host', () => {
  test('One trial that is delivered by many requests at once is stored once, as it was sent', async () => {
    const { db } = database;
    const { experiment, lease } = await startedJob(db);
    const cell = experiment.schedule[0]!.cells[0]!;
    const answers = await Promise.all(Array.from({ length: 8 }, () => put(db, lease, cell, 1, { body: '{"n": 1}' })));
    expect(answers.map((answer) => answer.kind).toSorted()).toEqual([...Array(7).fill('same'), 'stored']);
    expect(await listTrials(db, experiment.id)).toMatchObject([{ body: '{"n": 1}', digest: sha256('{"n": 1}') }]);
    expect((await experimentOf(db, experiment.id)).trials_done).toBe(1);
  });

  test('Of different results for one trial that come at once one is stored, and the others are told', async () => {
    const { db } = database;
    const { project_id, experiment, lease } = await startedJob(db);
    const cell = experiment.schedule[0]!.cells[0]!;
    const bodies = ['{"n":1}', '{"n":2}', '{"n":3}'];
    const answers = await Promise.all(bodies.map((body) => put(db, lease, cell, 1, { body })));
    expect(answers.map((answer) => answer.kind).toSorted()).toEqual(['conflict', 'conflict', 'stored']);
    const winner = answers.findIndex((answer) => answer.kind === 'stored');
    const stored = await getTrial(db, project_id, experiment.id, answers[winner]?.trial_id ?? '');
    expect(stored?.body).toBe(bodies[winner]);
  });

  test('The same host goes on where it was, in the same generation, with what is stored already named', async () => {
    const { db } = database;
    const { project_id, experiment, runner, lease } = await startedJob(db);
    const cell = experiment.schedule[0]!.cells[0]!;
    await put(db, lease, cell, 1);
    const restarted = await openRunner(db, project_id, { host_id: runner.host_id });
    expect(await claimed(db, restarted)).toMatchObject({
      generation: 1,
      attempt: 2,
      done_trials: [{ cell, block: 1, run: 1 }],
    });
  });

  test('Each change of hosts is a generation; the trials of the earlier ones are kept, and counted no more', async () => {
    const { db } = database;
    const { project_id, experiment, runner, lease } = await startedJob(db);
    const cell = experiment.schedule[0]!.cells[0]!;
    const first = await put(db, lease, cell, 1, { body: '{"host":1}' });
    await pass(db, 91);
    const second = await claimed(db, await openRunner(db, project_id));
    expect(second).toMatchObject({ generation: 2, done_trials: [] });
    await startJob(db, second);
    await put(db, second, cell, 1, { body: '{"host":2}' });
    await pass(db, 91);
    await expire(db);
    const third = await claimed(db, runner);
    expect(third).toMatchObject({ generation: 3, done_trials: [] });
    expect((await experimentOf(db, experiment.id)).trials_done).toBe(0);
    await startJob(db, third);
    expect((await put(db, third, cell, 1, { body: '{"host":1}' })).kind).toBe('stored');
    const kept = await getTrial(db, project_id, experiment.id, first.trial_id ?? '');
    expect(kept).toMatchObject({ generation: 1, superseded: true, body: '{"host":1}' });
    expect((await listTrials(db, experiment.id)).map((trial) => trial.generation)).toEqual([3]);
  });
});

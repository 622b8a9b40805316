import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Db } from '../../../src/db/client.ts';
import { listEvents } from '../../../src/db/events.ts';
import { requestCancel } from '../../../src/db/experiments-cancel.ts';
import { deleteExperiment, getExperiment } from '../../../src/db/experiments.ts';
import { finishJob } from '../../../src/db/job-finish.ts';
import { limitProject } from '../../../src/db/projects.ts';
import { prune } from '../../../src/db/prune.ts';
import { experiments } from '../../../src/db/schema/experiments.ts';
import { pinBaseline } from '../../../src/db/series-baseline.ts';
import { getSeries } from '../../../src/db/series.ts';
import { settleVerdict } from '../../../src/db/verdicts.ts';
import { experimentOf, newProject, putAll, queueExperiment, sha256, startedJob } from '../world.ts';
import { hold, inTurn, rows } from './contend.ts';
import { useTwoClients } from './two-clients.ts';

/** Two services that judge, pin and delete at once. */
const clients = useTwoClients();

const settled = (verdict: 'passed' | 'failed') => {
  const text = JSON.stringify({ verdict, thresholds: [] });
  return { verdict, results: { text, digest: sha256(text), version: 1 } };
};

/** An experiment of the series `api` that has succeeded, and its job. */
async function succeeded(db: Db) {
  const { project_id, experiment, lease } = await startedJob(db, { spec: { series: 'api' } });
  await putAll(db, lease, experiment);
  await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  return { project_id, id: experiment.id, job_id: lease.job_id };
}

test('Of two services that judge one experiment at once the first gives the verdict, with its results', async () => {
  const { one, two, direct } = clients;
  const project_id = await newProject(one);
  const spec = { thresholds: [{ id: 'T1', cells: {}, expect: ['error_rate == 0'] }] };
  const { id } = await queueExperiment(one, project_id, { spec });
  await requestCancel(one, project_id, id);
  const before = await experimentOf(one, id);
  const given = await inTurn(direct, rows('experiments', id), [
    () => settleVerdict(one, id, settled('passed')),
    () => settleVerdict(two, id, settled('failed')),
  ]);
  expect(given).toEqual([true, false]);
  expect(await experimentOf(one, id)).toMatchObject({
    verdict: 'passed',
    results_digest: settled('passed').results.digest,
    version: before.version + 1,
  });
  const events = await listEvents(one, project_id, id, { after: before.events_count, limit: 10 });
  expect(events?.map(({ type }) => type)).toEqual(['judged']);
});

test('What is being pinned is not deleted, and what is being deleted is not pinned', async () => {
  const { one, two, direct } = clients;
  const kept = await succeeded(one);
  const first = await inTurn(direct, rows('jobs', kept.job_id), [
    () => pinBaseline(one, kept.project_id, { series: 'api', experiment_id: kept.id }),
    () => deleteExperiment(two, kept.project_id, kept.id),
  ]);
  expect(first).toMatchObject([{ kind: 'pinned' }, 'pinned']);
  const gone = await succeeded(one);
  const second = await inTurn(direct, rows('jobs', gone.job_id), [
    () => deleteExperiment(one, gone.project_id, gone.id),
    () => pinBaseline(two, gone.project_id, { series: 'api', experiment_id: gone.id }),
  ]);
  expect(second).toEqual(['deleted', { kind: 'not-found' }]);
  expect(await getSeries(one, gone.project_id, 'api')).toBeNull();
});

test('Retention passes over what is being pinned, and does not wait for it', async () => {
  const { one, two, direct } = clients;
  const { project_id, id } = await succeeded(one);
  await one
    .update(experiments)
    .set({ ended_at: sql`now() - interval '9 days'` })
    .where(eq(experiments.id, id));
  await limitProject(one, project_id, { retention_days: 1 });
  // The pin has its locks but for the project's, which its new row refers to.
  await using held = await hold(direct, `SELECT id FROM projects WHERE id = '${project_id}' FOR UPDATE`);
  const pin = pinBaseline(one, project_id, { series: 'api', experiment_id: id });
  await held.waiters(1);
  expect((await prune(two)).experiments).toBe(0);
  await held.release();
  expect(await pin).toMatchObject({ kind: 'pinned' });
  expect((await prune(two)).experiments).toBe(0);
  expect(await getExperiment(one, project_id, id)).not.toBeNull();
});

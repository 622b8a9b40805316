import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import { listEvents } from '../../src/db/events.ts';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { getExperiment } from '../../src/db/experiments.ts';
import { expire } from '../../src/db/expiry.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { getResults, storeResults } from '../../src/db/results.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { getJudgement, listUnjudged, type Settled, settleVerdict } from '../../src/db/verdicts.ts';
import { useDatabase } from './database.ts';
import { experimentOf, newProject, pass, putAll, queueExperiment, sha256, startedJob } from './world.ts';

const database = useDatabase();

const thresholds = [{ id: 'T1', cells: {}, expect: ['latency_p95_ms < 800'] }];
const GATED = { spec: { thresholds } };
const T1 = { id: 'T1', kind: 'expect', verdict: 'failed', checks: [] };

function settled(verdict: Settled['verdict'], version = 1): Settled {
  const text = JSON.stringify({ cells: [], thresholds: [T1], verdict, baseline: null });
  return { verdict, results: { text, digest: sha256(text), version } };
}

/** A gated experiment that has ended and is to be judged. */
async function unjudged(db: Db): Promise<{ project_id: string; id: string }> {
  const project_id = await newProject(db);
  const { id } = await queueExperiment(db, project_id, GATED);
  await requestCancel(db, project_id, id);
  return { project_id, id };
}

/** All that waits, of whatever test. */
async function waiting(db: Db, except: readonly string[] = []): Promise<string[]> {
  return (await listUnjudged(db, { limit: 1000, except })).map(({ id }) => id);
}

test('Without thresholds the verdict none comes with the end, however that comes', async () => {
  const { db } = database;
  const succeeded = await startedJob(db);
  await putAll(db, succeeded.lease, succeeded.experiment);
  await finishJob(db, { ...succeeded.lease, outcome: 'succeeded', reason: null });
  const empty = await startedJob(db, { spec: { thresholds: [] } });
  await finishJob(db, { ...empty.lease, outcome: 'failed', reason: 'fail-fast' });
  const canceled = await queueExperiment(db, await newProject(db));
  await requestCancel(db, canceled.project_id, canceled.id);
  const late = await queueExperiment(db, await newProject(db), { queue_timeout_s: 1 });
  await pass(db, 2);
  await expire(db);
  for (const { id } of [succeeded.experiment, empty.experiment, canceled, late])
    expect((await experimentOf(db, id)).verdict).toBe('none');
});

test('With thresholds an experiment has no verdict when it ends, and is found by whoever judges, oldest first', async () => {
  const { db } = database;
  const running = await startedJob(db, GATED);
  expect(await waiting(db)).not.toContain(running.experiment.id);
  await finishJob(db, { ...running.lease, outcome: 'failed', reason: 'fail-fast' });
  const second = await unjudged(db);
  await db
    .update(experiments)
    .set({ ended_at: sql`now() - interval '1 hour'` })
    .where(sql`${experiments.id} = ${second.id}`);
  expect((await experimentOf(db, second.id)).verdict).toBeNull();
  const found = await waiting(db);
  expect(found.indexOf(second.id)).toBeGreaterThanOrEqual(0);
  expect(found.indexOf(running.experiment.id)).toBeGreaterThan(found.indexOf(second.id));
  expect(await waiting(db, [second.id, 'exp_gone'])).toEqual(found.filter((id) => id !== second.id));
  expect(await listUnjudged(db, { limit: 1, except: [] })).toEqual([{ id: second.id, project_id: second.project_id }]);
});

test('A verdict is given once: with the results that hold it, one version more, and an event', async () => {
  const { db } = database;
  const { project_id, id } = await unjudged(db);
  const before = await experimentOf(db, id);
  expect(await settleVerdict(db, id, settled('failed'))).toBe(true);
  const after = await experimentOf(db, id);
  expect(after).toMatchObject({ verdict: 'failed', results_version: 1, status: 'canceled' });
  expect(after.version).toBe(before.version + 1);
  expect((await getResults(db, id, 1))?.text).toBe(settled('failed').results.text);
  const events = await listEvents(db, project_id, id, { after: before.events_count, limit: 10 });
  expect(events).toMatchObject([{ seq: before.events_count + 1, type: 'judged', data: { verdict: 'failed' } }]);
  expect(await settleVerdict(db, id, settled('passed'))).toBe(false);
  expect(await experimentOf(db, id)).toEqual(after);
  expect(await waiting(db)).not.toContain(id);
});

test('The verdict none, where it comes late, is no change to see', async () => {
  const { db } = database;
  const { id } = await unjudged(db);
  const before = await experimentOf(db, id);
  expect(await settleVerdict(db, id, settled('none'))).toBe(true);
  const { verdict, version, events_count } = await experimentOf(db, id);
  expect({ verdict, version, events_count }).toEqual({
    verdict: 'none',
    version: before.version,
    events_count: before.events_count,
  });
});

test('Nothing is judged before its end, nor when it is gone', async () => {
  const { db } = database;
  const { id } = await queueExperiment(db, await newProject(db), GATED);
  expect(await settleVerdict(db, id, settled('passed'))).toBe(false);
  expect(await settleVerdict(db, 'exp_gone', settled('passed'))).toBe(false);
  expect((await experimentOf(db, id)).verdict).toBeNull();
});

test('Results of what is to be judged are kept with their verdict only', async () => {
  const { db } = database;
  const { project_id, id } = await unjudged(db);
  const { results } = settled('failed');
  expect(await storeResults(db, id, results)).toBe(false);
  expect(await getResults(db, id, 1)).toBeNull();
  await settleVerdict(db, id, settled('failed'));
  expect(await storeResults(db, id, { ...results, version: 2 })).toBe(true);
  expect((await getExperiment(db, project_id, id))?.verdict).toBe('failed');
});

test('What a verdict was given for is read back from the results, and nothing where none was given', async () => {
  const { db } = database;
  const { id } = await unjudged(db);
  expect(await getJudgement(db, id)).toBeNull();
  await settleVerdict(db, id, settled('failed'));
  expect(await getJudgement(db, id)).toEqual({ verdict: 'failed', thresholds: [T1], baseline: null });
  const none = await unjudged(db);
  await settleVerdict(db, none.id, settled('none'));
  expect(await getJudgement(db, none.id)).toBeNull();
});

import { asc, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { deliveries } from '../../src/db/schema/webhooks.ts';
import { settleVerdict } from '../../src/db/verdicts.ts';
import { useDatabase } from './database.ts';
import { makeWebhook } from './outbox-world.ts';
import { experimentOf, putAll, sha256, startedJob } from './world.ts';

const database = useDatabase();

const thresholds = [{ id: 'T1', cells: {}, expect: ['error_rate == 0'] }];
const settled = (verdict: 'passed' | 'failed' | 'none') => {
  const text = JSON.stringify({ verdict, thresholds: [] });
  return { verdict, results: { text, digest: sha256(text), version: 1 } };
};

/** A gated experiment that has succeeded, in a project whose webhook wants to know of verdicts. */
async function succeeded(db: Db): Promise<string> {
  const { project_id, experiment, lease } = await startedJob(db, { spec: { thresholds } });
  await makeWebhook(db, project_id, { events: ['experiment.verdict.passed', 'experiment.verdict.failed'] });
  await putAll(db, lease, experiment);
  await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  return experiment.id;
}

const sentOf = (db: Db, id: string) =>
  db
    .select({ event: deliveries.event, payload: deliveries.payload })
    .from(deliveries)
    .where(eq(deliveries.experiment_id, id))
    .orderBy(asc(deliveries.created_at));

test('A verdict is put into the outbox with itself, once', async () => {
  const { db } = database;
  const id = await succeeded(db);
  expect(await sentOf(db, id)).toEqual([]);
  await settleVerdict(db, id, settled('failed'));
  await settleVerdict(db, id, settled('passed'));
  const data = { experiment_id: id, status: 'succeeded', verdict: 'failed' };
  expect(await sentOf(db, id)).toMatchObject([{ event: 'experiment.verdict.failed', payload: { data } }]);
});

test('Without a verdict nothing is told, and where it cannot be kept nothing either', async () => {
  const { db } = database;
  const [none, refused] = [await succeeded(db), await succeeded(db)];
  await settleVerdict(db, none, settled('none'));
  expect(await sentOf(db, none)).toEqual([]);
  const bad = settled('failed');
  await expect(
    settleVerdict(db, refused, { ...bad, results: { ...bad.results, digest: 'no digest' } }),
  ).rejects.toThrow();
  expect(await sentOf(db, refused)).toEqual([]);
  expect((await experimentOf(db, refused)).verdict).toBeNull();
});

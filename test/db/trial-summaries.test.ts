import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { TRIAL_SUMMARY_VERSION } from '../../src/core/summary/trial-summary.ts';
import type { Db } from '../../src/db/client.ts';
import { expire } from '../../src/db/expiry.ts';
import { startJob } from '../../src/db/job-run.ts';
import { putTrial } from '../../src/db/job-trial.ts';
import { trials } from '../../src/db/schema/trials.ts';
import { countTrialRows, listSummariesPage } from '../../src/db/trial-summaries.ts';
import { listTrialsPage } from '../../src/db/trials.ts';
import { useDatabase } from './database.ts';
import { claimed, id, openRunner, pass, put, putAll, sha256, startedJob } from './world.ts';

const database = useDatabase();
const version = TRIAL_SUMMARY_VERSION;

/** A started job whose four trials are stored: the first two with a summary. */
async function fourTrials(db: Db) {
  const started = await startedJob(db);
  const { experiment, lease } = started;
  const places = experiment.schedule.flatMap(({ block, cells }) => cells.map((cell) => ({ block, cell })));
  for (const [i, { block, cell }] of places.entries()) {
    const body = `{"load":{"seconds":[${'{},'.repeat(i)}{}]}}`;
    const summary = JSON.stringify({ rows: { requests: 1, seconds: 10 * (i + 1) } });
    await putTrial(db, {
      ...lease,
      cell,
      block,
      run: 1,
      state: 'ok',
      trial_id: id('trial'),
      digest: sha256(body),
      body,
      ...(i < 2 ? { summary, summary_version: version } : {}),
    });
  }
  return started;
}

test('A trial is read as the summary that was stored with it, or as its body where there is none of that version', async () => {
  const { db } = database;
  const { experiment } = await fourTrials(db);
  const all = await listSummariesPage(db, experiment.id, { version, after: null, limit: 10 });
  expect(all.map(({ summary, body }) => [summary !== null, body !== null])).toEqual([
    [true, false],
    [true, false],
    [false, true],
    [false, true],
  ]);
  const newer = await listSummariesPage(db, experiment.id, { version: version + 1, after: null, limit: 10 });
  expect(newer.every(({ summary, body }) => summary === null && body !== null)).toBe(true);
});

test('Summaries come in pages in the order of the schedule, each once', async () => {
  const { db } = database;
  const { experiment } = await fourTrials(db);
  const first = await listSummariesPage(db, experiment.id, { version, after: null, limit: 3 });
  const rest = await listSummariesPage(db, experiment.id, { version, after: first.at(-1)!, limit: 3 });
  expect([...first, ...rest].map((row) => row.position)).toEqual([1, 2, 3, 4]);
  expect(rest).toHaveLength(1);
});

test('Rows of the views are counted from summaries, and from bodies where there are none', async () => {
  const { db } = database;
  const { experiment, lease } = await fourTrials(db);
  // 10 and 20 by the summaries, 3 and 4 by the bodies.
  expect(await countTrialRows(db, experiment.id, version)).toEqual({ requests: 4, seconds: 37 });
  expect(await countTrialRows(db, experiment.id, version + 1)).toEqual({ requests: 4, seconds: 1 + 2 + 3 + 4 });
  const [place] = experiment.schedule;
  await put(db, lease, place!.cells[0]!, place!.block, { run: 2, body: '{"load":null}' });
  expect(await countTrialRows(db, experiment.id, version)).toEqual({ requests: 4, seconds: 37 });
  // Of several requests a row for each name.
  const several = '{"load":{"seconds":[],"by_request":[{},{},{}]}}';
  await put(db, lease, place!.cells[1]!, place!.block, { run: 2, body: several });
  expect(await countTrialRows(db, experiment.id, version)).toEqual({ requests: 7, seconds: 37 });
  expect(await countTrialRows(db, id('experiment'), version)).toEqual({ requests: 0, seconds: 0 });
});

test('Pages that were begun stay with their generation when another host takes the job over', async () => {
  const { db } = database;
  const { experiment, project_id } = await fourTrials(db);
  const first = await listTrialsPage(db, experiment.id, { after: null, limit: 1 });
  const summaries = await listSummariesPage(db, experiment.id, { version, after: null, limit: 1 });
  await pass(db, 91);
  await expire(db);
  const next = await claimed(db, await openRunner(db, project_id));
  await startJob(db, next);
  await putAll(db, next, experiment);
  const rest = await listTrialsPage(db, experiment.id, { after: first[0]!, limit: 10 });
  expect(rest.map((trial) => trial.generation)).toEqual([1, 1, 1]);
  const others = await listSummariesPage(db, experiment.id, { version, after: summaries[0]!, limit: 10 });
  expect(others.map((row) => row.generation)).toEqual([1, 1, 1]);
  const fresh = await listTrialsPage(db, experiment.id, { after: null, limit: 10 });
  expect(fresh.map((trial) => trial.generation)).toEqual([2, 2, 2, 2]);
});

test('A summary stands beside the body, which stays as it was sent', async () => {
  const { db } = database;
  const { experiment } = await fourTrials(db);
  const rows = await db.select().from(trials).where(eq(trials.experiment_id, experiment.id));
  expect(rows.every(({ body, digest }) => sha256(body) === digest)).toBe(true);
  expect(rows.filter((row) => row.summary_version === version)).toHaveLength(2);
  expect(rows.filter((row) => row.summary_version === null)).toHaveLength(2);
});

import { expect, test } from 'vitest';
import { deleteExperiment } from '../../src/db/experiments.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { getPage, storePage } from '../../src/db/report-pages.ts';
import { storeResults } from '../../src/db/results.ts';
import { reportPages } from '../../src/db/schema/report-pages.ts';
import { useDatabase } from './database.ts';
import { sha256, startedJob } from './world.ts';

const database = useDatabase();
const BYTES = Uint8Array.from({ length: 512 }, (_, i) => i % 256);

async function ended(text: string) {
  const { db } = database;
  const started = await startedJob(db);
  await finishJob(db, { ...started.lease, outcome: 'canceled', reason: null });
  await storeResults(db, started.experiment.id, { text, digest: sha256(text), version: 1 });
  return started;
}

test('A page comes back byte for byte, with its headers', async () => {
  const { db } = database;
  const { experiment } = await ended('{"n":1}');
  const wanted = { renderer: 'r1', results_version: 1 };
  expect(await getPage(db, experiment.id, wanted)).toBeNull();
  const headers = { 'Content-Type': 'text/html' };
  const page = { html_gzip: BYTES, headers, results_digest: sha256('{"n":1}'), renderer: 'r1' };
  await storePage(db, experiment.id, page);
  const kept = await getPage(db, experiment.id, wanted);
  expect(kept?.headers).toEqual(headers);
  expect([...(kept?.html_gzip ?? [])]).toEqual([...BYTES]);
});

test('A page of other results, or of another renderer, is none', async () => {
  const { db } = database;
  const { experiment } = await ended('{"n":1}');
  const page = { html_gzip: BYTES, headers: {}, renderer: 'r1' };
  await storePage(db, experiment.id, { ...page, results_digest: sha256('{"n":0}') });
  expect(await getPage(db, experiment.id, { renderer: 'r1', results_version: 1 })).toBeNull();
  await storePage(db, experiment.id, { ...page, results_digest: sha256('{"n":1}') });
  expect(await getPage(db, experiment.id, { renderer: 'r2', results_version: 1 })).toBeNull();
  expect(await getPage(db, experiment.id, { renderer: 'r1', results_version: 2 })).toBeNull();
  expect(await getPage(db, experiment.id, { renderer: 'r1', results_version: 1 })).not.toBeNull();
});

test('A page goes with its experiment', async () => {
  const { db } = database;
  const { experiment, project_id } = await ended('{}');
  await storePage(db, experiment.id, { html_gzip: BYTES, headers: {}, results_digest: sha256('{}'), renderer: 'r1' });
  expect(await deleteExperiment(db, project_id, experiment.id)).toBe('deleted');
  const left = await db.select({ id: reportPages.experiment_id }).from(reportPages);
  expect(left.map((row) => row.id)).not.toContain(experiment.id);
});

import { eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import type { ExperimentCursor } from '../../src/db/experiments-list.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { startJob } from '../../src/db/job-run.ts';
import { storeResults } from '../../src/db/results.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { type HistoryPage, listHistory, listSessions, listWithoutResults } from '../../src/db/series-history.ts';
import { MIN_SESSIONS } from '../../src/core/stats/session-spread.ts';
import { makeResults } from '../fixtures/results.ts';
import { useDatabase } from './database.ts';
import { claimed, newProject, openRunner, putAll, queueExperiment, sha256 } from './world.ts';

const database = useDatabase();

const results = makeResults({ workers: [1], users: null, connections: [16], repetitions: 2 });
let project_id: string;
beforeAll(async () => {
  project_id = await newProject(database.db);
});

interface Run {
  readonly series: string;
  /** Days after the first of its series. */
  readonly day: number;
  readonly branch?: string;
  readonly host?: 'one' | 'two';
  readonly outcome?: 'succeeded' | 'failed';
  /** Of the results; null: they were never made. */
  readonly text?: string | null;
}

const hostOf = (host: 'one' | 'two') => `${host}-${project_id}`;

/** An experiment that ran to its end. */
async function run(db: Db, { series, day, ...changes }: Run): Promise<string> {
  const { branch = 'main', host = 'one', outcome = 'succeeded', text = JSON.stringify(results) } = changes;
  const labels = { branch, commit: `c${day}` };
  const experiment = await queueExperiment(db, project_id, { labels, spec: { series } });
  const lease = await claimed(db, await openRunner(db, project_id, { host_id: hostOf(host) }));
  await startJob(db, lease);
  await putAll(db, lease, experiment);
  await finishJob(db, { ...lease, outcome, reason: outcome === 'failed' ? 'fail-fast' : null });
  if (text !== null) await storeResults(db, experiment.id, { text, digest: sha256(text), version: 1 });
  const created_at = new Date(Date.UTC(2026, 0, 1 + day));
  await db.update(experiments).set({ created_at }).where(eq(experiments.id, experiment.id));
  return experiment.id;
}

const historyOf = (series: string, main_branch = 'main') => ({ project_id, series, main_branch });
const page = (changes: Partial<HistoryPage> = {}): HistoryPage => ({
  metric: 'throughput_rps',
  cell: null,
  limit: 10,
  cursor: null,
  ...changes,
});

test('The history is of the main branch’s experiments that have succeeded and have results, newest first', async () => {
  const { db } = database;
  const series = 'history';
  const first = await run(db, { series, day: 1 });
  const dev = await run(db, { series, day: 2, branch: 'dev' });
  await run(db, { series, day: 3, outcome: 'failed' });
  await run(db, { series: 'another', day: 4 });
  const unmade = await run(db, { series, day: 5, text: null });
  const last = await run(db, { series, day: 6, host: 'two' });
  const { rows, next } = await listHistory(db, historyOf(series), page());
  expect(rows.map(({ id }) => id)).toEqual([last, first]);
  expect(next).toBeNull();
  const labels = { branch: 'main', commit: 'c1' };
  expect(rows[1]).toMatchObject({ labels, verdict: 'none', host_digest: sha256(hostOf('one')) });
  expect(rows[1]?.cells).toEqual(
    results.cells.map(({ cell, validity, throughput_rps }) => ({ cell, validity, metric: throughput_rps })),
  );
  expect(await listWithoutResults(db, historyOf(series), 10)).toEqual([{ id: unmade, project_id }]);
  expect((await listHistory(db, historyOf(series, 'dev'), page())).rows.map(({ id }) => id)).toEqual([dev]);
  const elsewhere = { ...historyOf(series), project_id: await newProject(db) };
  expect((await listHistory(db, elsewhere, page())).rows).toEqual([]);
});

test('A page has the metric and the cell that are asked for', async () => {
  const { db } = database;
  await run(db, { series: 'asked', day: 1 });
  const cell = results.cells.at(-1)!;
  const read = async (changes: Partial<HistoryPage>) =>
    (await listHistory(db, historyOf('asked'), page(changes))).rows.map(({ cells }) => cells);
  expect(await read({ metric: 'latency_p95_ms', cell: cell.cell })).toEqual([
    [{ cell: cell.cell, validity: cell.validity, metric: cell.latency_p95_ms }],
  ]);
  expect(await read({ cell: 'nowhere' })).toEqual([[]]);
});

test('Pages hold each session once, and end where there are no more', async () => {
  const { db } = database;
  const made: string[] = [];
  for (let day = 0; day < 5; day += 1) made.push(await run(db, { series: 'paged', day }));
  const seen: string[] = [];
  let cursor: ExperimentCursor | null = null;
  do {
    const read: Awaited<ReturnType<typeof listHistory>> = await listHistory(
      db,
      historyOf('paged'),
      page({ limit: 2, cursor }),
    );
    seen.push(...read.rows.map(({ id }) => id));
    cursor = read.next;
  } while (cursor !== null);
  expect(seen).toEqual(made.toReversed());
  expect((await listHistory(db, historyOf('paged'), page({ limit: 5 }))).next).toBeNull();
});

test('A page ends where the results are large, and leads on; a gate reads eight sessions all the same', async () => {
  const { db } = database;
  const series = 'large';
  // Digits of digests hardly pack: several MiB as they are stored.
  const noise = Array.from({ length: 75_000 }, (_, i) => sha256(`${i}`)).join('');
  const text = JSON.stringify({ cells: [], noise });
  for (let day = 0; day < 9; day += 1) await run(db, { series, day, text });
  const first = await listHistory(db, historyOf(series), page());
  expect(first.rows.length).toBeGreaterThan(0);
  expect(first.rows.length).toBeLessThan(8);
  const rest = await listHistory(db, historyOf(series), page({ cursor: first.next }));
  expect(rest.rows.length).toBeGreaterThan(0);
  const which = { host_digest: sha256(hostOf('one')), except: '', limit: 50 };
  expect(await listSessions(db, historyOf(series), which)).toHaveLength(MIN_SESSIONS);
});

test('Sessions are the newest of one host without the one that is judged, with all that a gate reads of them', async () => {
  const { db } = database;
  const series = 'sessions';
  const first = await run(db, { series, day: 1 });
  await run(db, { series, day: 2, host: 'two' });
  const last = await run(db, { series, day: 3 });
  const host_digest = sha256(hostOf('one'));
  const read = (except: string, limit: number) => listSessions(db, historyOf(series), { host_digest, except, limit });
  const sessions = await read(last, 50);
  expect(sessions).toMatchObject([{ experiment_id: first, host_digest }]);
  const { cell, workers, load, workload, validity, throughput_rps, error_rate } = results.cells[0]!;
  const expected = { cell, workers, load, workload, validity, throughput_rps, error_rate };
  expect(sessions[0]?.cells[0]).toMatchObject(expected);
  expect(sessions[0]?.cells[0]).not.toHaveProperty('findings');
  expect((await read('', 1)).map(({ experiment_id }) => experiment_id)).toEqual([last]);
});

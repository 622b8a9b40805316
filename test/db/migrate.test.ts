import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import { listEvents } from '../../src/db/events.ts';
import { listExperiments } from '../../src/db/experiments-list.ts';
import { getExperiment, getOriginal } from '../../src/db/experiments.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { heartbeat } from '../../src/db/job-run.ts';
import { findKey } from '../../src/db/keys.ts';
import { migrate } from '../../src/db/migrate.ts';
import { getResults } from '../../src/db/results.ts';
import { getRunner, listRunners } from '../../src/db/runners.ts';
import { listTrials } from '../../src/db/trials.ts';
import { type TestDatabase, openTestDatabase } from '../databases/open.ts';
import {
  type PreviousName,
  type PreviousWorld,
  PREVIOUS_SCHEDULE,
  insertPreviousWorld,
  migrateToPrevious,
  withMigrations,
} from './previous-release.ts';
import {
  claimed,
  experimentOf,
  jobOf,
  newProject,
  openRunner,
  progress,
  put,
  putAll,
  queueExperiment,
  sha256,
} from './world.ts';

let database: TestDatabase;
let db: Db;
beforeEach(async () => {
  database = await openTestDatabase('empty');
  ({ db } = database);
});
afterEach(() => database.close());

/** Of this checkout. */
const COUNT = (
  JSON.parse(readFileSync(new URL('../../migrations/meta/_journal.json', import.meta.url), 'utf8')) as {
    entries: unknown[];
  }
).entries.length;

async function applied(): Promise<readonly unknown[]> {
  // PGlite answers `{ rows }`, postgres.js the rows.
  const answer: unknown = await db.execute(sql`SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY id`);
  return Array.isArray(answer) ? answer : (answer as { rows: unknown[] }).rows;
}

test('An empty database has everything after the migrations, and a second run changes nothing', async () => {
  expect(await migrate(db)).toBe(COUNT);
  const project = await newProject(db);
  const { job_id } = await queueExperiment(db, project);
  expect((await claimed(db, await openRunner(db, project))).job_id).toBe(job_id);
  const before = await applied();
  expect(before).toHaveLength(COUNT);
  expect(await migrate(db)).toBe(0);
  expect(await applied()).toEqual(before);
  expect((await jobOf(db, job_id)).state).toBe('claimed');
});

test('A migration that fails leaves nothing of its run behind, and the next run does it all', async () => {
  const broken = withMigrations(0, (folder) => {
    const file = join(folder, '0000_first.sql');
    writeFileSync(
      file,
      `${readFileSync(file, 'utf8')}\n--> statement-breakpoint\nALTER TABLE nowhere ADD COLUMN x integer;`,
    );
    return migrate(db, folder);
  });
  await expect(broken).rejects.toMatchObject({ cause: { code: '42P01' } });
  expect(await applied()).toEqual([]);
  await expect(newProject(db)).rejects.toThrow('projects');
  expect(await migrate(db)).toBe(COUNT);
  await newProject(db);
});

describe('A database of the release before', () => {
  let world: PreviousWorld;
  beforeEach(async () => {
    expect(await migrateToPrevious(db)).toBe(2);
    world = await insertPreviousWorld(db, sha256('the first operator key'));
    expect(await migrate(db)).toBe(COUNT - 2);
  });

  test('has all of its experiments, in every state, with their jobs, events and trials', async () => {
    const { project_id, experiments } = world;
    const listed = await listExperiments(db, project_id, { limit: 100 });
    expect(listed.experiments.map((row) => row.name).toSorted()).toEqual(Object.keys(experiments).toSorted());
    for (const [name, before] of Object.entries(experiments)) {
      const row = await getExperiment(db, project_id, before.id);
      const { status, reason = null } = before;
      expect(row, name).toMatchObject({
        name,
        status,
        reason,
        schedule: PREVIOUS_SCHEDULE,
        trials_done: before.trials,
      });
      expect(await getOriginal(db, project_id, before.id), name).toMatchObject({ text: `name: ${name} # as sent` });
      expect(await jobOf(db, before.job_id), name).toMatchObject({ state: before.state, reason });
      const events = await listEvents(db, project_id, before.id, { after: 0, limit: 100 });
      expect(
        events?.map((event) => event.seq),
        name,
      ).toEqual(['queued', ...before.bodies].map((_, i) => i + 1));
      const trials = await listTrials(db, before.id);
      expect(
        trials.map(({ body, digest }) => ({ body, digest })),
        name,
      ).toEqual(before.bodies.map((body) => ({ body, digest: sha256(body) })));
    }
  });

  test('has its keys, its runners with the jobs they hold, and the results that were made', async () => {
    const { project_id, experiments, results } = world;
    const scopes = ['read', 'submit', 'run', 'admin', 'operator'];
    expect(await findKey(db, sha256('the first operator key'))).toMatchObject({ project_id, type: 'operator', scopes });
    expect(await listRunners(db, project_id)).toHaveLength(Object.keys(experiments).length);
    const holder = await getRunner(db, project_id, experiments.running.runner_id);
    expect(holder).toMatchObject({ experiment_id: experiments.running.id, busy: true });
    const stored = await experimentOf(db, experiments.reported.id);
    expect(stored).toMatchObject({ results, results_digest: sha256(JSON.stringify(results)), results_version: null });
    // Whoever reads them makes them anew: they are not known to be of any summariser that there is.
    expect(await getResults(db, experiments.reported.id, 1)).toBeNull();
  });

  test.each(['running', 'lapsed'] as const)('goes on where it was: its %s job is measured to its end', async (name) => {
    const { job_id, lease_id, bodies } = world.experiments[name satisfies PreviousName];
    const lease = { job_id, lease_id };
    expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('running');
    const [first] = PREVIOUS_SCHEDULE;
    expect((await put(db, lease, first!.cells[0]!, 1, { body: bodies[0]! })).kind).toBe('same');
    await putAll(db, lease, { schedule: PREVIOUS_SCHEDULE });
    expect(await finishJob(db, { ...lease, outcome: 'succeeded', reason: null })).toMatchObject({
      status: 'succeeded',
    });
  });

  test('gives its waiting job to the next runner', async () => {
    const { project_id, experiments } = world;
    const runner = await openRunner(db, project_id);
    expect((await claimed(db, runner)).experiment_id).toBe(experiments.waiting.id);
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPglite } from '../../../src/db/client-pglite.ts';
import type { OpenDatabase } from '../../../src/db/client.ts';
import { expire } from '../../../src/db/expiry.ts';
import { startJob } from '../../../src/db/job-run.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { claimed, jobOf, newProject, openRunner, pass, queueExperiment, secondsUntil } from '../world.ts';

let database: OpenDatabase;
beforeAll(async () => {
  database = await openPglite({ dataDir: 'memory://', lease_s: 9 });
  await migrate(database.db);
});
afterAll(() => database.close());

test('A database that was opened with short leases shortens all that depends on them by the same factor', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  const job = await claimed(db, await openRunner(db, project));
  expect(await secondsUntil(db, job.job_id, 'lease_expires_at')).toBeLessThanOrEqual(3);
  await startJob(db, job);
  const left = await secondsUntil(db, job.job_id, 'lease_expires_at');
  expect(left).toBeGreaterThan(7);
  expect(left).toBeLessThanOrEqual(9);
  await pass(db, 10, 'down');
  await expire(db);
  expect((await jobOf(db, job.job_id)).state).toBe('running');
  await pass(db, 10);
  await expire(db);
  expect((await jobOf(db, job.job_id)).state).toBe('queued');
});

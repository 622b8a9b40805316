import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject } from 'vitest';

/**
 * They compare all that the instance has stored, before and after, or open a runner for every project, whose offers all others
 * would be held to: no other file may run beside them.
 */
const ALONE = /\/test\/api\/(hostile|hook-refusals|other-project|shared-runners)\.test\.ts$/;
const LOCK = 1;

let connection: postgres.Sql | undefined;

/** For each file of the tier, which all share one database: a lock in it, held together by most, by some alone. */
beforeAll(async () => {
  const worker = inject('worker');
  if (worker === undefined) throw new Error('the global set-up of the tier has not run');
  connection = postgres(worker.database_url, { max: 1, onnotice: () => {} });
  if (ALONE.test(expect.getState().testPath ?? '')) await connection`select pg_advisory_lock(${LOCK})`;
  else await connection`select pg_advisory_lock_shared(${LOCK})`;
});

afterAll(() => connection?.end());

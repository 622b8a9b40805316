import { eq, sql } from 'drizzle-orm';
import { expect, inject, it } from 'vitest';
import { minute } from '../../src/api/worker/minute.ts';
import { openPostgres } from '../../src/db/client-postgres.ts';
import type { Db } from '../../src/db/client.ts';
import { jobs } from '../../src/db/schema/jobs.ts';
import { listUnjudged } from '../../src/db/verdicts.ts';
import { startedJob } from '../db/world.ts';
import { createDatabase, withDatabase } from '../databases/server.ts';

const silent = { info() {}, warn() {}, error() {} };

it('A minute of the cron has four looks, each with a connection of its own; one that fails does not end it', async () => {
  const server = inject('databaseServer');
  if (server === undefined) throw new Error('the global set-up of the tier has not run');
  const url = withDatabase(server.direct, await createDatabase(server, 'migrated'));
  const database = await openPostgres({ url, max: 1 });
  try {
    const { job } = await startedJob(database.db);
    const lapse = () =>
      database.db
        .update(jobs)
        .set({ lease_expires_at: sql`now() - interval '1 second'` })
        .where(eq(jobs.id, job.job_id));
    const logged: string[] = [];
    let opened = 0;
    let closed = 0;
    const open = async () => {
      opened += 1;
      // The second cannot be reached; a lease lapses before the third.
      const { db, close } = await openPostgres({
        url: opened === 2 ? 'postgres://nobody@127.0.0.1:1/none' : url,
        max: 1,
      });
      if (opened === 3) await lapse();
      return { db, close: () => close().then(() => void (closed += 1)) };
    };
    const note = (_fields: unknown, message: string) => void logged.push(message);
    let looked = 0;
    const judge = async (db: Db) => {
      looked += 1;
      return (await listUnjudged(db, { limit: 1, except: [] })).length;
    };
    let sendings = 0;
    const send = async () => {
      sendings += 1;
      if (sendings === 1) throw new Error('the first fails');
    };
    await minute({ open, judge, send, log: { ...silent, info: note, error: note }, look_every_s: 0.01 });
    expect([opened, closed, looked, sendings]).toEqual([4, 4, 3, 4]);
    expect(logged.toSorted()).toEqual([
      'expiry, pruning or judging failed; it is tried again at the next look',
      'job queued',
      'runner.online',
      'the outbox could not be sent; it is tried again at the next look',
    ]);
  } finally {
    await database.close();
  }
});

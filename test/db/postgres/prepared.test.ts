import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../../src/db/client-postgres.ts';
import type { Db } from '../../../src/db/client.ts';
import { listExperiments } from '../../../src/db/experiments-list.ts';
import { finishJob } from '../../../src/db/job-finish.ts';
import { heartbeat } from '../../../src/db/job-run.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { ping } from '../../../src/db/ping.ts';
import { projects } from '../../../src/db/schema/projects.ts';
import { openTestDatabase } from '../../databases/open.ts';
import { useDatabase } from '../database.ts';
import { id, newProject, progress, putAll, startedJob } from '../world.ts';
import { type Sent, listenIn } from './wire.ts';

const database = useDatabase();
let direct: string;
beforeAll(() => {
  direct = database.addresses!.direct;
});

/** What `work` sends on connections of its own. */
async function sentBy(url: string, work: (db: Db) => Promise<unknown>, search = ''): Promise<Sent[]> {
  await using wire = await listenIn(url);
  const opened = await openPostgres({ url: wire.url + search });
  try {
    await work(opened.db);
  } finally {
    await opened.close();
  }
  return wire.sent;
}

/** A whole life of a job, and a transaction within a transaction. */
async function everything(db: Db): Promise<void> {
  await ping(db);
  const { project_id, experiment, lease } = await startedJob(db);
  await heartbeat(db, { ...lease, progress: progress() });
  await putAll(db, lease, experiment);
  await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  await listExperiments(db, project_id, { limit: 10 });
  await db.transaction((tx) => tx.transaction((inner) => inner.execute(sql`SELECT 1 AS within`)));
}

const parsed = (sent: readonly Sent[]) => sent.filter(({ type }) => type === 'P');
const simple = (sent: readonly Sent[]) => sent.filter(({ type }) => type === 'Q').map(({ text }) => text.trim());

test('Every statement that reaches the server is a named one, in transactions and savepoints too; only begin is simple', async () => {
  const sent = await sentBy(direct, everything);
  expect(parsed(sent).length).toBeGreaterThan(15);
  expect(parsed(sent).filter(({ name }) => name === '')).toEqual([]);
  expect(sent.filter(({ type, name }) => type === 'B' && name === '')).toEqual([]);
  expect(new Set(simple(sent))).toEqual(new Set(['begin']));
  const texts = parsed(sent).map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining(['commit', expect.stringMatching(/^savepoint /), 'SELECT 1 AS within']));
});

test('So are those of the migrations', async () => {
  const empty = await openTestDatabase('empty');
  try {
    const sent = await sentBy(empty.addresses!.direct, migrate);
    expect(parsed(sent).filter(({ text }) => text.includes('CREATE TABLE')).length).toBeGreaterThan(8);
    expect(parsed(sent).filter(({ name }) => name === '')).toEqual([]);
    expect(new Set(simple(sent))).toEqual(new Set(['begin']));
  } finally {
    await empty.close();
  }
});

test('A statement is prepared once per connection, however often it runs', async () => {
  const sent = await sentBy(direct, async (db) => {
    for (let n = 0; n < 5; n += 1) await newProject(db);
  });
  const inserts = parsed(sent).filter(({ text }) => text.startsWith('insert into "projects"'));
  expect(inserts).toHaveLength(1);
  expect(sent.filter(({ type, name }) => type === 'B' && name === inserts[0]?.name)).toHaveLength(5);
});

test('A statement that failed inside a transaction is an error of that one only', async () => {
  const sent = await sentBy(direct, async (db) => {
    const twice = { id: id('project'), name: 'twice' };
    await db.insert(projects).values(twice);
    await expect(db.transaction((tx) => tx.insert(projects).values(twice))).rejects.toMatchObject({
      cause: { code: '23505' },
    });
    await ping(db);
  });
  expect(parsed(sent).map(({ text }) => text)).toContain('rollback');
});

test('Without it Drizzle sends statements unnamed, or by the simple protocol: the wire shows both', async () => {
  await using wire = await listenIn(direct);
  const client = postgres(wire.url, { fetch_types: false });
  const db = drizzle(client);
  await db.execute(sql`SELECT 1 AS bare`);
  await db.execute(sql`SELECT ${1}::int AS valued`);
  await client.end();
  expect(simple(wire.sent)).toEqual(['SELECT 1 AS bare']);
  expect(parsed(wire.sent)).toEqual([{ type: 'P', name: '', text: 'SELECT $1::int AS valued' }]);
});

test('With ?prepare=false in the address every statement is unnamed, and none outlives its transaction', async () => {
  const sent = await sentBy(direct, everything, '?prepare=false');
  expect(parsed(sent).length).toBeGreaterThan(15);
  expect(parsed(sent).filter(({ name }) => name !== '')).toEqual([]);
  expect(new Set(simple(sent))).toEqual(new Set(['begin']));
});

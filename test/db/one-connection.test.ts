import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Db, OpenDatabase } from '../../src/db/client.ts';
import { openPostgres } from '../../src/db/client-postgres.ts';
import { useDatabase } from './database.ts';
import { VERB_CALLS, makeWorld } from './verb-calls.ts';

/**
 * A verb that asked the database past its own transaction would wait for a second connection: on PGlite for ever, in a pool of one
 * for ever too, and in a pool of ten on the day when ten of them come at once.
 */
const LIMIT_MS = 2000;
/** A verb takes the database first; what runs within a transaction takes a `tx`. */
const TAKES_DATABASE = /^(?:async )?function\*? ?\w+\(\s*db\b/;
const FOLDER = new URL('../../src/db/', import.meta.url);

const database = useDatabase();
let narrow: OpenDatabase;
let world: Awaited<ReturnType<typeof makeWorld>>;

beforeAll(async () => {
  const { addresses, db } = database;
  narrow = addresses === null ? { db, close: async () => {} } : await openPostgres({ url: addresses.url, max: 1 });
});
afterAll(() => narrow.close());
beforeEach(async () => {
  world = await makeWorld(database.db);
});

async function verbs(): Promise<string[]> {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(
    files.map((name) => import(new URL(name, FOLDER).href) as Promise<Record<string, unknown>>),
  );
  return modules
    .flatMap((module) => Object.entries(module))
    .filter(([, value]) => typeof value === 'function' && TAKES_DATABASE.test(value.toString()))
    .map(([name]) => name);
}

test('Every verb of src/db is called here', async () => {
  expect(Object.keys(VERB_CALLS).toSorted()).toEqual((await verbs()).toSorted());
});

test.each(Object.entries(VERB_CALLS))('%s needs one connection', { timeout: LIMIT_MS }, async (_, verb) => {
  const db: Db = narrow.db;
  const { call, answers } = verb(db, world);
  expect({ answer: await call }).toMatchObject({ answer: answers });
});

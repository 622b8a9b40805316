import * as fc from 'fast-check';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createKey, findKey } from '../../src/db/keys.ts';
import { jobs } from '../../src/db/schema/jobs.ts';
import { parseTextArray } from '../../src/db/text-array.ts';
import { useDatabase } from './database.ts';
import { id, newProject, sha256 } from './world.ts';

const database = useDatabase();

const AWKWARD = [
  '',
  ' ',
  'a b',
  ',',
  '{}',
  '{a,b}',
  '"',
  '\\',
  '\\"',
  'a\\b',
  'null',
  'NULL',
  "'",
  'ü漢🙂',
  '\n',
  '\t',
];

async function stored(scopes: readonly string[]): Promise<readonly string[] | undefined> {
  const { db } = database;
  const key_id = id('key');
  const hash = sha256(key_id);
  const shown = { name: 'ci', type: 'user', prefix: 'bw_user_', last_four: 'abcd', expires_at: null } as const;
  await createKey(db, { ...shown, id: key_id, project_id: await newProject(db), hash, scopes });
  return (await findKey(db, hash))?.scopes;
}

test('A list of texts comes back as it was stored, whatever its texts hold', async () => {
  expect(await stored([])).toEqual([]);
  expect(await stored(AWKWARD)).toEqual(AWKWARD);
  // Postgres stores no NUL, and half a surrogate pair is no text.
  const text = fc.string({ unit: 'binary' }).filter((s) => !s.includes('\0'));
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 8 }), async (texts) => {
      expect(await stored(texts)).toEqual(texts);
    }),
    { numRuns: 30, seed: 5 },
  );
});

test('A list of texts is a value in a condition too, as a column writes it and as it is', async () => {
  const { db } = database;
  const equal = async (left: unknown) =>
    db
      .select({ same: sql<boolean>`${left}::text[] = ${sql.param(AWKWARD, jobs.needs)}::text[]` })
      .from(sql`(SELECT 1) AS one`);
  expect(await equal(sql.param(AWKWARD, jobs.needs))).toEqual([{ same: true }]);
  expect(await equal(sql.param(AWKWARD))).toEqual([{ same: true }]);
  expect(await equal(sql.param([]))).toEqual([{ same: false }]);
});

test.each([
  ['{}', []],
  ['{a,b}', ['a', 'b']],
  ['{NULL,"NULL"}', [null, 'NULL']],
  ['{"","a,b","c\\"d","e\\\\f"}', ['', 'a,b', 'c"d', 'e\\f']],
])('%s is read as %o', (literal, elements) => {
  expect(parseTextArray(literal)).toEqual(elements);
});

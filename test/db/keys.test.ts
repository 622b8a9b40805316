import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { type NewKey, createFirstOperator, createKey, findKey, listKeys, revokeKey } from '../../src/db/keys.ts';
import { keys, projects } from '../../src/db/schema/projects.ts';
import { useDatabase } from './database.ts';
import { id, newProject, sha256 } from './world.ts';

const database = useDatabase();

function key(project_id: string, changes: Partial<NewKey> = {}): NewKey {
  const key_id = id('key');
  return {
    id: key_id,
    project_id,
    name: 'ci',
    type: 'user',
    scopes: ['read', 'submit'],
    prefix: 'bw_user_',
    last_four: 'abcd',
    hash: sha256(key_id),
    expires_at: null,
    ...changes,
  };
}

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

test('A key is found by its hash, and its hash is never given out', async () => {
  const { db } = database;
  const project = await newProject(db);
  const made = key(project);
  const row = await createKey(db, made);
  expect(row).not.toHaveProperty('hash');
  expect(row).toMatchObject({ id: made.id, last_used_at: null, revoked_at: null });
  expect(await findKey(db, made.hash)).toEqual({
    id: made.id,
    project_id: project,
    type: 'user',
    scopes: ['read', 'submit'],
  });
  expect(await listKeys(db, project)).toEqual([{ ...row, last_used_at: expect.any(Date) }]);
});

test('An unknown, expired or revoked key is not found', async () => {
  const { db } = database;
  const project = await newProject(db);
  const [expired, valid, revoked] = [
    key(project, { expires_at: inSeconds(-1) }),
    key(project, { expires_at: inSeconds(3600) }),
    key(project),
  ];
  for (const made of [expired, valid, revoked]) await createKey(db, made);
  expect(await revokeKey(db, project, revoked.id)).toBe(true);
  expect(await findKey(db, sha256('nobody'))).toBeNull();
  expect(await findKey(db, expired.hash)).toBeNull();
  expect(await findKey(db, revoked.hash)).toBeNull();
  expect((await findKey(db, valid.hash))?.id).toBe(valid.id);
});

test('Revoking twice keeps the first time; another project cannot revoke', async () => {
  const { db } = database;
  const project = await newProject(db);
  const made = key(project);
  await createKey(db, made);
  expect(await revokeKey(db, await newProject(db), made.id)).toBe(false);
  expect(await findKey(db, made.hash)).not.toBeNull();
  await revokeKey(db, project, made.id);
  const [first] = await listKeys(db, project);
  expect(await revokeKey(db, project, made.id)).toBe(true);
  expect(await listKeys(db, project)).toEqual([first]);
});

test('Last use is written at most once a minute', async () => {
  const { db } = database;
  const project = await newProject(db);
  const made = key(project);
  await createKey(db, made);
  const lastUsed = async () => (await listKeys(db, project))[0]?.last_used_at;
  await findKey(db, made.hash);
  const first = await lastUsed();
  expect(first).toBeInstanceOf(Date);
  await findKey(db, made.hash);
  expect(await lastUsed()).toEqual(first);
  const longAgo = inSeconds(-61);
  await db.update(keys).set({ last_used_at: longAgo }).where(eq(keys.id, made.id));
  await findKey(db, made.hash);
  expect(await lastUsed()).not.toEqual(longAgo);
});

test('Of several callers at once exactly one makes the first operator, and nobody ever again', async () => {
  const { db } = database;
  const callers = [1, 2, 3].map((n) => {
    const project = { id: id('project'), name: `first ${n}` };
    return { project, key: key(project.id, { type: 'operator' }) };
  });
  const made = await Promise.all(callers.map((caller) => createFirstOperator(db, caller)));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await createFirstOperator(db, callers[made.indexOf(false)]!)).toBe(false);
  const kept = callers[made.indexOf(true)]!;
  expect(await findKey(db, kept.key.hash)).toMatchObject({ project_id: kept.project.id, type: 'operator' });
  const names = (await db.select({ name: projects.name }).from(projects)).map((project) => project.name);
  expect(names.filter((name) => name.startsWith('first'))).toEqual([kept.project.name]);
});

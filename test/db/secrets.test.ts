import { expect, test } from 'vitest';
import { createSecret, deleteSecret, getSecret, listSecrets, resealSecret } from '../../src/db/secrets.ts';
import { useDatabase } from './database.ts';
import { id } from './world.ts';

const database = useDatabase();

const secret = (purpose: string, sealed = 'AAAA') => ({ id: id('secret'), purpose, key_id: '01234567', sealed });

test('There is one secret for each purpose: of two services that make it at once both get the same', async () => {
  const { db } = database;
  const [one, other] = [secret('links', 'AAAA'), secret('links', 'BBBB')];
  const kept = await Promise.all([createSecret(db, one), createSecret(db, other)]);
  expect(kept[0]).toEqual(kept[1]);
  expect([one, other]).toContainEqual(kept[0]);
  expect(await getSecret(db, 'links')).toEqual(kept[0]);
  expect(await getSecret(db, 'others')).toBeNull();
});

test('A secret is sealed anew once: who read it before another sealed it changes nothing', async () => {
  const { db } = database;
  const row = await createSecret(db, secret('hooks'));
  expect(await resealSecret(db, row, { key_id: '89abcdef', sealed: 'CCCC' })).toBe(true);
  expect(await resealSecret(db, row, { key_id: '89abcdef', sealed: 'DDDD' })).toBe(false);
  expect(await getSecret(db, 'hooks')).toEqual({ ...row, key_id: '89abcdef', sealed: 'CCCC' });
  expect((await listSecrets(db)).map(({ purpose }) => purpose)).toContain('hooks');
});

test('A secret that is deleted makes room for another, once', async () => {
  const { db } = database;
  const first = await createSecret(db, secret('ended', 'AAAA'));
  expect(await deleteSecret(db, 'ended')).toBe(true);
  expect(await deleteSecret(db, 'ended')).toBe(false);
  expect(await createSecret(db, secret('ended', 'BBBB'))).not.toEqual(first);
});

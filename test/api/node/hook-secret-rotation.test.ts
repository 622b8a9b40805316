import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareSecrets } from '../../../src/api/service-secrets.ts';
import { openPglite } from '../../../src/db/client-pglite.ts';
import type { OpenDatabase } from '../../../src/db/client.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { getSecret, listSecrets } from '../../../src/db/secrets.ts';
import { githubPing } from '../../fixtures/github-events.ts';
import { fromGithub, newHook } from '../hook-senders.ts';
import { startApi } from '../service.ts';

/** Services with one key of their own after another, on one database. */
let database: OpenDatabase;
beforeAll(async () => {
  database = await openPglite({ dataDir: 'memory://' });
  await migrate(database.db);
});
afterAll(() => database.close());

const [A, B, C] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array, Uint8Array];
const service = (secret_key: Uint8Array, secret_key_previous: Uint8Array | null = null) =>
  startApi({ db: database.db, config: { secret_key, secret_key_previous, version: '0.1.0', base_url: null } });

it('The secrets and tokens of hooks outlive a rotation of the service’s key, at its start and when they are used', async () => {
  const first = await service(A);
  const project = await first.project();
  const hook = await newHook(project, { token: 'ghp_x' });
  let n = 0;
  const ping = async (api: typeof first) =>
    (await fromGithub(api, hook, 'ping', { ...githubPing(), n: (n += 1) })).status;
  expect(await ping(first)).toBe(202);
  const sealedWith = async (which: string) => (await getSecret(database.db, `hook/${hook.id}/${which}`))?.key_id;
  const before = [await sealedWith('secret'), await sealedWith('token')];

  // At a start all of them are sealed anew, and the old key is needed no more.
  const second = await service(B, A);
  await prepareSecrets(second.deps);
  const after = [await sealedWith('secret'), await sealedWith('token')];
  expect(after[0]).not.toBe(before[0]);
  expect(new Set((await listSecrets(database.db)).map(({ key_id }) => key_id)).size).toBe(1);
  expect(await ping(await service(B))).toBe(202);

  // Where nothing starts, as on Workers, when it is used.
  expect(await ping(await service(C, B))).toBe(202);
  expect(await sealedWith('secret')).not.toBe(after[0]);
  expect(await sealedWith('token')).toBe(after[1]);
  expect(await ping(await service(C))).toBe(202);

  // A service that has not the key can verify nothing, and says so as a fault of its own.
  const lost = await service(A);
  expect(await ping(lost)).toBe(500);
  expect(JSON.stringify(lost.logged)).not.toContain(hook.secret);
});

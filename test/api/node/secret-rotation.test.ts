import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toBase64 } from '../../../src/api/digest.ts';
import { endLinks } from '../../../src/api/end-links.ts';
import { serveNode, type Service } from '../../../src/api/node.ts';
import { createSecrets, prepareSecrets } from '../../../src/api/service-secrets.ts';
import { makeShareToken } from '../../../src/api/share-token.ts';
import { StartError } from '../../../src/api/start-error.ts';
import { openPglite } from '../../../src/db/client-pglite.ts';
import type { OpenDatabase } from '../../../src/db/client.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { getSecret, listSecrets } from '../../../src/db/secrets.ts';
import { shareExperiment } from '../../../src/db/experiments-share.ts';
import { experiments } from '../../../src/db/schema/experiments.ts';
import { secrets } from '../../../src/db/schema/secrets.ts';
import { newProject, queueExperiment } from '../../db/world.ts';
import { smallSpec } from '../../fixtures/spec.ts';

const [A, B, C] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array, Uint8Array];

describe('the secret that signs share links', () => {
  let database: OpenDatabase;
  beforeAll(async () => {
    database = await openPglite({ dataDir: 'memory://' });
    await migrate(database.db);
  });
  afterAll(() => database.close());
  /** As on a database on which nothing was ever shared. */
  beforeEach(async () => {
    await database.db.delete(secrets);
    await database.db.update(experiments).set({ shared: false });
  });

  const service = (secret_key: Uint8Array, secret_key_previous: Uint8Array | null = null) => ({
    db: database.db,
    uuid: uuidv7,
    randomBytes: (count: number) => new Uint8Array(randomBytes(count)),
    config: { secret_key, secret_key_previous, version: '0.1.0', base_url: null },
  });
  const shareSecret = (deps: ReturnType<typeof service>) => createSecrets(deps).shareLinks();

  it('is made at random once, and is the same for every service and after every start', async () => {
    const secret = await shareSecret(service(A));
    expect(secret).toHaveLength(32);
    expect(secret).not.toEqual(A);
    const again = await Promise.all([shareSecret(service(A)), shareSecret(service(A))]);
    expect(again).toEqual([secret, secret]);
    expect(await listSecrets(database.db)).toHaveLength(1);
  });

  it('is made once by two services that start at the same time', async () => {
    const [one, other] = await Promise.all([shareSecret(service(A)), shareSecret(service(A))]);
    expect(one).toEqual(other);
  });

  it('stands nowhere in the database as it is', async () => {
    const secret = await shareSecret(service(A));
    const row = await getSecret(database.db, 'share-links');
    expect(Buffer.from(row!.sealed, 'base64').includes(Buffer.from(secret))).toBe(false);
    expect(JSON.stringify(row)).not.toContain(toBase64(secret));
  });

  it('is never the service’s key, also where links are out and their secret is gone', async () => {
    const { db } = database;
    const project = await newProject(db);
    const { id } = await queueExperiment(db, project);
    const share_version = (await shareExperiment(db, project, id)) ?? 0;
    await prepareSecrets(service(B, A));
    const secret = await shareSecret(service(B, A));
    for (const key of [A, B]) {
      expect(secret).not.toEqual(key);
      const forged = await makeShareToken(key, { id, share_version });
      expect(await makeShareToken(secret, { id, share_version })).not.toBe(forged);
    }
  });

  it('outlives a rotation: sealed anew at the start, after which the old key is needed no more', async () => {
    const secret = await shareSecret(service(A));
    const before = await getSecret(database.db, 'share-links');
    // Two services at once, and once more after one was killed in between.
    await Promise.all([prepareSecrets(service(B, A)), prepareSecrets(service(B, A))]);
    await prepareSecrets(service(B, A));
    const after = await getSecret(database.db, 'share-links');
    expect(after?.key_id).not.toBe(before?.key_id);
    expect(await shareSecret(service(B))).toEqual(secret);
    await expect(shareSecret(service(A))).rejects.toThrow(`the key ${after?.key_id}`);
  });

  it('is sealed anew by who only reads it, as where nothing starts', async () => {
    const secret = await shareSecret(service(A));
    expect(await shareSecret(service(B, A))).toEqual(secret);
    expect(await shareSecret(service(B))).toEqual(secret);
  });

  it('lets no service start that has not its key, and the line says which is missing', async () => {
    await prepareSecrets(service(A));
    const { key_id } = (await getSecret(database.db, 'share-links'))!;
    const refused = prepareSecrets(service(C, B));
    await expect(refused).rejects.toBeInstanceOf(StartError);
    await expect(refused).rejects.toThrow(`sealed with the key ${key_id}, which is neither`);
    await expect(refused).rejects.not.toThrow('\n');
    // Nothing was changed.
    await prepareSecrets(service(A));
  });
});

describe('an embedded service', () => {
  it('takes a new key when the old one is laid aside as secret.key.previous, and its links live on until they are ended', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'benchwright-keys-'));
    const logged: unknown[] = [];
    const note = (...said: unknown[]) => void logged.push(said);
    const log = { info: note, warn: note, error: note };
    const serve = () => serveNode({ port: 0, host: '127.0.0.1', dataDir, version: '0.1.0', log });
    const key = join(dataDir, 'secret.key');
    const opened: Service[] = [];
    const started = async () => {
      const service = await serve();
      opened.push(service);
      return service;
    };
    try {
      const first = await started();
      const call = async (path: string, json: unknown) => {
        const headers = { Authorization: `Bearer ${first.firstKey}`, 'Content-Type': 'application/json' };
        return fetch(first.url + path, { method: 'POST', headers, body: JSON.stringify(json) });
      };
      const { links } = (await (await call('/v1/experiments', smallSpec())).json()) as { links: { share: string } };
      const { url } = (await (await call(links.share, {})).json()) as { url: string };
      const { pathname } = new URL(url);
      await first.close();

      await copyFile(key, `${key}.lost`);
      await writeFile(key, `${Buffer.alloc(32, 9).toString('base64')}\n`);
      await expect(started()).rejects.toThrow('secret.key.previous');

      await rename(`${key}.lost`, `${key}.previous`);
      const second = await started();
      expect((await fetch(second.url + pathname)).status).toBe(200);
      expect((await stat(`${key}.previous`)).mode & 0o777).toBe(0o600);
      await second.close();

      const old = (await readFile(`${key}.previous`, 'utf8')).trim();
      await rm(`${key}.previous`);
      const third = await started();
      expect((await fetch(third.url + pathname)).status).toBe(200);
      await expect(endLinks({ dataDir })).rejects.toThrow('uses the data');
      await third.close();

      expect(await endLinks({ dataDir })).toBe(true);
      const fourth = await started();
      expect((await fetch(fourth.url + pathname)).status).toBe(404);
      await fourth.close();
      expect(JSON.stringify(logged)).not.toContain(old);
    } finally {
      for (const service of opened) await service.close();
      await rm(dataDir, { recursive: true });
    }
  });
});

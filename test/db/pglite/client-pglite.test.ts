import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPglite } from '../../../src/db/client-pglite.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { listKeys } from '../../../src/db/keys.ts';
import { getExperiment } from '../../../src/db/experiments.ts';
import { newProject, queueExperiment } from '../world.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'benchwright-db-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('What was stored is there after the service was closed and opened again, and migrations run once', async () => {
  const first = await openPglite({ dataDir: dir });
  await migrate(first.db);
  const project = await newProject(first.db);
  const { id } = await queueExperiment(first.db, project);
  await first.close();
  await first.close();
  expect(existsSync(path.join(dir, 'service.lock'))).toBe(false);
  const second = await openPglite({ dataDir: dir });
  await migrate(second.db);
  expect((await getExperiment(second.db, project, id))?.id).toBe(id);
  await second.close();
});

test('While one service has the folder a second one is refused, and the first goes on', async () => {
  const first = await openPglite({ dataDir: dir });
  await migrate(first.db);
  await expect(openPglite({ dataDir: dir })).rejects.toMatchObject({ code: 'data-dir-in-use' });
  expect(await listKeys(first.db, 'prj_none')).toEqual([]);
  await first.close();
});

test('A database that cannot be opened leaves no lock behind', async () => {
  writeFileSync(path.join(dir, 'db'), 'not a folder');
  await expect(openPglite({ dataDir: dir })).rejects.toThrow();
  expect(readdirSync(dir)).toEqual(['db']);
});

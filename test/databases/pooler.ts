import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../src/runner/ports.ts';
import type { Running } from './embedded-server.ts';

/** Debian's place for it, which is not on every user's PATH. */
export const PGBOUNCER = process.env['BENCHWRIGHT_PGBOUNCER'] ?? '/usr/sbin/pgbouncer';
export const hasPooler = (): boolean => existsSync(PGBOUNCER);

/**
 * Each transaction on the connection that was idle longest: whoever counts on the one before finds another. More connections than
 * any test holds transactions open at once; idle ones go soon, for each test file has a database and so a pool of its own.
 */
function configuration(port: number, server: URL): string {
  const { hostname, port: serverPort, username, password } = server;
  return `[databases]
* = host=${hostname} port=${serverPort} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
server_round_robin = 1
default_pool_size = 12
max_client_conn = 500
server_idle_timeout = 5
`;
}

/** PgBouncer in transaction mode in front of a server, on a free port of the loopback address. */
export async function startPooler(direct: string): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'benchwright-pgbouncer-'));
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, configuration(port, new URL(direct)));
  // It does not run as root, and then reads its file as another user.
  await chmod(folder, 0o755);
  const user = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
  const child = spawn(PGBOUNCER, [...user, file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilUp(child);
  } catch (error) {
    await stop();
    throw error;
  }
  // Debian 12 has 1.18, which knows no prepared statements in transaction mode; 1.21 and Hyperdrive do.
  return { url: `postgres://benchwright@127.0.0.1:${port}/postgres?prepare=false`, stop };
}

/** Resolves when it says so; rejects with what it said when it ends before. */
async function untilUp(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  const { stderr } = child;
  if (stderr === null) throw new Error('pgbouncer was started without a pipe');
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
  const listening = (async () => {
    for await (const line of createInterface({ input: stderr })) {
      said.push(line);
      if (line.includes('process up')) return;
    }
    throw new Error(`pgbouncer ended: ${said.join('\n')}`);
  })();
  await Promise.race([listening, failed]);
  // What it says later is nobody's, but a full pipe would stop it.
  stderr.resume();
}

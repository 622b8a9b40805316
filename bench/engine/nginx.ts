import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** 16 bytes, as small as an answer with JSON gets: the less the server does, the more the generator is asked for. */
const BODY = '{"message":"Hi"}';
const START_DEADLINE_MS = 5000;
/** More than the users of any situation; below the open files that a process may have on common systems (20,000). */
const MAX_CONNECTIONS = 16_384;

export interface Nginx extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Process ids of its workers. */
  readonly workers: readonly number[];
}

function findNginx(): string {
  const found = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find((path) => existsSync(path));
  if (found === undefined) throw new Error('this benchmark needs nginx (Debian: apt-get install nginx-light)');
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function config(folder: string, port: number, workers: number): string {
  return `worker_processes ${workers}; worker_rlimit_nofile ${MAX_CONNECTIONS + 64}; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections ${MAX_CONNECTIONS}; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 1h;
  client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
  uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
  server { listen 127.0.0.1:${port} backlog=4096; location / { default_type application/json; return 200 '${BODY}'; } }
}`;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error('nginx did not start');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
}

/** nginx with one worker for each of these cores, and on them, in a folder of its own; both are gone after disposal. */
export async function startNginx(cpus: readonly number[]): Promise<Nginx> {
  const binary = findNginx();
  const folder = await mkdtemp(join(tmpdir(), 'benchwright-nginx-'));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  await writeFile(file, config(folder, port, cpus.length));
  const child = spawn('taskset', ['-c', cpus.join(','), binary, '-e', `${folder}/error.log`, '-c', file], {
    stdio: 'inherit',
  });
  const gone = once(child, 'exit');
  gone.catch(() => undefined);
  await untilReady(port, child);
  return {
    url: `http://127.0.0.1:${port}/`,
    host: '127.0.0.1',
    port,
    workers: childrenOf(child.pid ?? 0),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

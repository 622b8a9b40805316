import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readProcesses } from '../../src/runner/process-table.ts';
import { readText } from '../../src/runner/read-text.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WRANGLER = join(createRequire(import.meta.url).resolve('wrangler/package.json'), '../bin/wrangler.js');
/** workerd and the bundler start in about three seconds on two busy cores. */
const START_MS = 60_000;
/** Then what is left is killed. */
const STOP_MS = 10_000;

export interface WranglerOptions {
  readonly args: readonly string[];
  /** For logs and state: nothing is written to the user's own folders. */
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `wrangler` with a group of its own, which sends nothing home and asks nothing. */
export function spawnWrangler({ args, home, env }: WranglerOptions): ChildProcess {
  return spawn(process.execPath, [WRANGLER, ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CI: '1',
      NO_COLOR: '1',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_LOG_PATH: join(home, 'logs'),
      XDG_CONFIG_HOME: join(home, 'config'),
      ...env,
    },
  });
}

export interface RunningWorker {
  readonly url: string;
  /** Of the group: wrangler, its bundler, workerd. */
  readonly group: number;
  /** What it has printed so far. */
  said(): string;
  /** Idempotent; resolves when no process of the group is left. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly database_url: string;
  readonly home: string;
  readonly vars: Readonly<Record<string, string>>;
  /** Default: the repository's wrangler.toml. */
  readonly config?: string;
  /** Default: any free one. */
  readonly port?: number;
  readonly onOutput?: (text: string) => void;
}

/** The Worker in real workerd on a free port of 127.0.0.1, its Hyperdrive being the database itself. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { database_url, home, config, port = 0, vars, onOutput } = options;
  const child = spawnWrangler({
    home,
    args: [
      'dev',
      ...(config === undefined ? [] : ['--config', config]),
      '--ip=127.0.0.1',
      `--port=${port}`,
      '--inspector-port=0',
      `--persist-to=${join(home, 'state')}`,
      '--show-interactive-dev-session=false',
      ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
    ],
    env: { CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_HYPERDRIVE: database_url },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      onOutput?.(text);
    });
  }
  const group = child.pid ?? 0;
  const stop = () => stopGroup(child, group);
  try {
    const url = await ready(child, () => said);
    return { url, group, said: () => said, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function ready(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the Worker did not start:\n${said()}`)), START_MS);
    const look = () => {
      const url = /Ready on (http:\/\/[\w.:[\]]+)/.exec(said())?.[1];
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', () => {
      clearTimeout(late);
      reject(new Error(`wrangler ended:\n${said()}`));
    });
  });
}

async function stopGroup(child: ChildProcess, group: number): Promise<void> {
  const ended = child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, 'exit');
  signalGroup(group, 'SIGTERM');
  const kill = setTimeout(() => signalGroup(group, 'SIGKILL'), STOP_MS);
  await ended;
  const until = performance.now() + STOP_MS + 2_000;
  while (membersOf(group).length > 0) {
    if (performance.now() > until) throw new Error(`still there: ${membersOf(group).join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  clearTimeout(kill);
}

/** The processes of the group that are alive, as people know them. */
export function membersOf(group: number): string[] {
  return readProcesses()
    .filter((row) => row.pgrp === group)
    .map(({ pid }) => `${pid} ${readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim() ?? ''}`);
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

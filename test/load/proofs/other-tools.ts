import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from '../../../src/runner/on-path.ts';
import { pinned } from '../../../src/runner/taskset.ts';
import { locustRps, wrkRps } from './judges/beside.ts';

export interface ToolRun {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly cpus: readonly number[];
  readonly signal: AbortSignal;
}

/** Another load generator: requests/s of a closed loop of so many connections, as it says. */
export interface OtherTool {
  readonly name: string;
  /** Null: it is not installed. */
  readonly rps: ((run: ToolRun) => Promise<number>) | null;
}

async function output(argv: readonly string[], { cpus, signal }: ToolRun): Promise<string> {
  const [program = '', ...args] = pinned(argv, cpus);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], signal });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${argv[0]} ended with ${code ?? 'a signal'}`);
  return text;
}

const wrk = async (run: ToolRun): Promise<number> =>
  wrkRps(await output(['wrk', '-t1', `-c${run.connections}`, `-d${run.seconds}s`, run.url], run));

const LOCUSTFILE = `from locust import FastHttpUser, constant, task


class Anyone(FastHttpUser):
    wait_time = constant(0)

    @task
    def get(self):
        self.client.get("/truth")
`;

async function locust(run: ToolRun): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'benchwright-proof-'));
  const file = join(folder, 'locustfile.py');
  writeFileSync(file, LOCUSTFILE);
  const { connections, seconds, url } = run;
  const load = ['-u', `${connections}`, '-r', `${connections}`, '-t', `${seconds}s`, '--host', new URL(url).origin];
  try {
    const quiet = ['--headless', '--only-summary', '--json', '--reset-stats'];
    return locustRps(await output(['locust', '-f', file, ...quiet, ...load], run));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const OTHER_TOOLS: readonly OtherTool[] = [
  { name: 'wrk', rps: onPath('wrk') === null ? null : wrk },
  { name: 'locust', rps: onPath('locust') === null ? null : locust },
];

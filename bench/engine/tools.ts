import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { always, getRoot } from '../../src/core/load-plan.ts';
import { runEngine } from '../../src/load/run-engine.ts';
import type { Nginx } from './nginx.ts';
import { type ProcessCost, watchProcess } from './process-cost.ts';

export interface Run {
  readonly rps: number;
  readonly cpu_us_per_request: number;
  readonly rss_peak_mb: number;
}

export interface Situation {
  readonly nginx: Nginx;
  readonly connections: number;
  readonly seconds: number;
  readonly cpu: number;
}

export interface Tool {
  readonly name: string;
  /** Null where it is not installed. */
  readonly run: ((situation: Situation) => Promise<Run>) | null;
}

function asRun(rps: number, cost: ProcessCost): Run {
  return { rps, cpu_us_per_request: (1e6 * cost.cpu_share) / rps, rss_peak_mb: cost.rss_peak_mb };
}

/** The whole engine: recording, validation of status and (on its sample) body, per-second rows, a process of its own. */
async function ours({ nginx, connections, seconds, cpu }: Situation): Promise<Run> {
  let watch: ReturnType<typeof watchProcess> | null = null;
  const result = await runEngine(
    {
      host: nginx.host,
      port: nginx.port,
      workload: always(getRoot('{"message":"Hi"}')),
      model: { kind: 'connections', connections },
      warmup_s: 1,
      window_s: seconds,
      timeout_s: 2,
      seed: 1,
    },
    {
      signal: new AbortController().signal,
      cpus: [cpu],
      onStart: (pid) => void (watch = watchProcess(pid)),
    },
  );
  if (watch === null) throw new Error('the engine did not start');
  return asRun(result.throughput_rps, (watch as ReturnType<typeof watchProcess>).stop());
}

/** A program pinned to the generator's core; `read` finds the requests/s in its output. */
function program(argv: (situation: Situation) => string[], read: (output: string) => number): NonNullable<Tool['run']> {
  return async (situation) => {
    const child = spawn('taskset', ['-c', String(situation.cpu), ...argv(situation)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const watch = watchProcess(child.pid ?? 0);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const [code] = (await once(child, 'close')) as [number];
    const cost = watch.stop();
    if (code !== 0) throw new Error(`${argv(situation)[0]} ended with ${code}: ${output}`);
    return asRun(read(output), cost);
  };
}

const wrk = program(
  ({ nginx, connections, seconds }) => ['wrk', '-t1', `-c${connections}`, `-d${seconds + 1}s`, nginx.url],
  (output) => Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
);

const autocannon = program(
  ({ nginx, connections, seconds }) => {
    const script = fileURLToPath(import.meta.resolve('autocannon/autocannon.js'));
    return [
      process.execPath,
      script,
      '--json',
      '-c',
      String(connections),
      '-d',
      String(seconds),
      '-W',
      '[',
      '-c',
      String(connections),
      '-d',
      '1',
      ']',
      nginx.url,
    ];
  },
  // One document for the warm-up, one for the run.
  (output) =>
    (JSON.parse(output.trim().split('\n').at(-1) ?? '') as { requests: { average: number } }).requests.average,
);

const undici = program(
  ({ nginx, connections, seconds }) => {
    const script = fileURLToPath(new URL('./undici-driver.ts', import.meta.url));
    return [process.execPath, script, nginx.url, String(connections), String(seconds)];
  },
  (output) => Number(output),
);

function isInstalled(name: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(`${folder}/${name}`));
}

export const TOOLS: readonly Tool[] = [
  { name: 'benchwright', run: ours },
  { name: 'wrk', run: isInstalled('wrk') ? wrk : null },
  { name: 'autocannon', run: autocannon },
  { name: 'undici dispatch', run: undici },
];

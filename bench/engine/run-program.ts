import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watchProcess } from './process-cost.ts';
import { type Program, readVersion, type Run, type Task } from './tools/tool.ts';

/** Starting, warming up and writing a report take the slowest of them some seconds; after this it hangs. */
const SLACK_MS = 60_000;
/** Of what a program that failed wrote: its end tells why. */
const MAX_TAIL_CHARS = 2_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** Where Node finds the packages of this checkout. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a load generator on its one core, in a folder that is gone afterwards. @throws Error when it fails, or nothing can be read. */
export async function runProgram(program: Program, path: string, task: Task): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'benchwright-tool-'));
  try {
    for (const [name, text] of Object.entries(program.files?.(task) ?? {})) await writeFile(join(folder, name), text);
    const { output, cpu_share, memory_peak_mb } = await load(program, [path, ...program.args(task, folder)], task);
    const report = program.reportArgs?.(task, folder);
    const rps = program.read(report === undefined ? output : await outputOf(path, report), task);
    if (!(rps > 0)) throw new Error(`${program.name}: no requests/s in ${output.slice(-MAX_TAIL_CHARS)}`);
    return { rps, cpu_us_per_request: (1e6 * cpu_share) / rps, memory_peak_mb, void: false };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Loaded {
  readonly output: string;
  readonly cpu_share: number;
  readonly memory_peak_mb: number;
}

async function load({ name, env }: Program, argv: readonly string[], { cpu, seconds }: Task): Promise<Loaded> {
  // taskset becomes the program: the process is the program's.
  const child = spawn('taskset', ['-c', String(cpu), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    timeout: seconds * 1000 + SLACK_MS,
  });
  const watch = watchProcess(child.pid ?? 0);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-MAX_TAIL_CHARS)));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const cost = watch.stop();
  if (code !== 0) throw new Error(`${name} ended with ${code ?? signal}: ${output.slice(-MAX_TAIL_CHARS)}${errors}`);
  return { output, ...cost };
}

/** What it writes on its standard output, whatever it ends with: some end with 1 after they have told their version. */
async function outputOf(path: string, args: readonly string[]): Promise<string> {
  const done = Promise.withResolvers<string>();
  const options = { cwd: ROOT, maxBuffer: MAX_OUTPUT_BYTES, timeout: SLACK_MS };
  execFile(path, args, options, (_, output, errors) => done.resolve(output === '' ? errors : output));
  return done.promise;
}

/** The version it tells, or nothing. */
export async function versionOf({ versionArgs, versionAfter }: Program, path: string): Promise<string> {
  return readVersion(await outputOf(path, versionArgs), versionAfter);
}

/**
 * `npm run bench:parser`: the engine's response parser beside undici's. Generated answers, good and spoilt, cut anywhere, go through both;
 * status, body length, digest and the decision to reuse the connection must be the same, but for the meant differences of
 * `test/load/oracle/explained.ts`, which are counted by class. The oracle is llhttp, the WebAssembly that lies in the undici package,
 * driven as undici's client drives it; one case in a hundred goes through undici's `Client` whole, on a socket in memory. Then garbage:
 * no error, no hang, bounded memory.
 *
 * `--cases N` (default 10,000,000) from number `--from N` on of the row that `--seed N` makes; `--client-every N`; `--fuzz N`;
 * `--workers N` threads; `--write-docs` puts what a whole run found into docs/engine.md. Cases depend on seed and number alone: a run
 * goes on where another stopped, on any machine. Ends with 1 on a difference that nobody has explained, which it prints as small as it
 * could make it, and when a whole run has read less than ten million inputs or a gigabyte; with 2 on bad options.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { interruptSignal } from '../../src/cli/interrupt.ts';
import { flood, FLOODS } from '../../test/load/oracle/floods.ts';
import { addTally, emptyTally, MOST_EXAMPLES, type Tally } from '../../test/load/oracle/tally.ts';
import { insertBetweenMarks } from '../../test/validity/insert-docs.ts';
import { holdMeasureLock } from '../../test/measure-lock.ts';
import { type Options, parseOptions } from './options.ts';
import { Progress } from './progress.ts';
import { reportText, shortfalls } from './report.ts';
import { runTasks } from './run-tasks.ts';
import { tasks } from './task.ts';

const DOCS = fileURLToPath(new URL('../../docs/engine.md', import.meta.url));
const FLOOD_BYTES = 2 ** 30;
/** A parser keeps a body of 1 MiB and a head of 64 KiB; the rest is what a process takes that has just begun. */
const MOST_FLOOD_GROWTH_BYTES = 128 * 2 ** 20;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** @returns what is wrong. */
function floodProblems(): string[] {
  return FLOODS.flatMap((endless) => {
    const { taken, state, grew } = flood(endless, FLOOD_BYTES);
    say(`endless ${endless.name}: ${state} after ${taken} bytes, memory grew by ${(grew / 2 ** 20).toFixed(1)} MiB`);
    const isGood = (state === 'failed' || taken >= FLOOD_BYTES) && grew <= MOST_FLOOD_GROWTH_BYTES;
    return isGood ? [] : [`endless ${endless.name}: state ${state}, ${taken} bytes taken, grew by ${grew} bytes`];
  });
}

async function compare(options: Options, signal: AbortSignal): Promise<Tally> {
  const { seed, from, cases, clientEvery, workers } = options;
  const sum = emptyTally();
  const progress = new Progress('compared', from, cases, say);
  const onDone = progress.counting(({ tally }) => {
    addTally(sum, tally);
    return sum.examples.length < MOST_EXAMPLES;
  });
  try {
    await runTasks(tasks('compare', { seed, from, clientEvery }, cases), workers, onDone, signal);
  } finally {
    // Numbers before it are done without a gap: from here a later run goes on.
    if (progress.reached < from + cases)
      say(`to go on: --seed ${seed} --from ${progress.reached} --cases ${from + cases - progress.reached}`);
  }
  return sum;
}

async function fuzz({ seed, fuzz: count, workers, clientEvery }: Options, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  const progress = new Progress('fuzzed', 0, count, say);
  const onDone = progress.counting(({ problems }) => {
    found.push(...problems.slice(0, MOST_EXAMPLES));
    return found.length < MOST_EXAMPLES;
  });
  await runTasks(tasks('fuzz', { seed, from: 0, clientEvery }, count), workers, onDone, signal);
  return found;
}

async function main(options: Options): Promise<void> {
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  // It takes every core for minutes, and prints a ratio of times.
  await using _ = await holdMeasureLock(signal);
  const garbage = options.fuzz === 0 ? [] : [...floodProblems(), ...(await fuzz(options, signal))];
  const tally = await compare(options, signal);
  const measured_at = new Date().toISOString();
  const host = `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`;
  const how = `seed ${options.seed}, cases from ${options.from}, ${options.fuzz} of garbage, ${options.workers} threads`;
  const text = `${reportText(tally)}\n${garbage.length} problems with garbage.\n\n${measured_at.slice(0, 16)} UTC; ${how}; ${host}.`;
  process.stdout.write(`${text}\n`);
  const missing = signal.aborted ? [] : shortfalls(tally, options);
  if (missing.length > 0) process.stdout.write(`A whole run would have read more: ${missing.join(', ')}.\n`);
  for (const problem of garbage) process.stdout.write(`${problem}\n`);
  const folder = fileURLToPath(new URL('../../results/', import.meta.url));
  await mkdir(folder, { recursive: true });
  const document = { measured_at, host, how, interrupted: signal.aborted, garbage, ...tally };
  await writeFile(`${folder}bench-parser.json`, `${JSON.stringify(document, null, 2)}\n`);
  if (options.writeDocs && !signal.aborted)
    await writeFile(DOCS, insertBetweenMarks(await readFile(DOCS, 'utf8'), text, 'bench:parser'));
  if (tally.unexplained > 0 || garbage.length > 0 || missing.length > 0 || signal.aborted) process.exitCode = 1;
}

let options: Options | null = null;
try {
  options = parseOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
try {
  if (options !== null) await main(options);
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
}

import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import type { LoadPlan } from '../../core/load-plan.ts';
import type { LoadResult } from '../../core/load-result.ts';
import { loneFindings } from '../../core/validity/lone-run.ts';
import { loadText } from '../../report/load-text.ts';
import { runEngine } from '../../load/run-engine.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { checkAnswer } from '../load/check-answer.ts';
import { checkConnection } from '../load/check-connection.ts';
import type { LoadOptions } from '../load/load-options.ts';
import { notesOn } from '../load/plan-notes.ts';
import { planOfOptions } from '../load/plan-of-options.ts';
import { secondLine } from '../load/second-line.ts';
import { repeatable } from '../options.ts';
import { printJson, processTerminal, type Terminal } from '../terminal.ts';

export function loadCommand(): Command {
  const command = new Command('load')
    .description('the load engine alone, like wrk: load one URL and say whether the figures may be believed')
    .argument('<url>', 'what to request, e.g. http://127.0.0.1:8080/test')
    .addHelpText('after', AFTER_HELP);
  return withShared(withRequests(withModels(command)))
    .option('--json', 'print one JSON document and nothing else')
    .action(load);
}

const AFTER_HELP = `
Models, of which a run has one:
  --connections          closed: each connection sends its next request when it has its answer; capacity at so many
  --users                closed: each user thinks between an answer and the next request
  --rate, --stages       open: requests come at their times, however slow the answers are
  --latency-limit        searches for the highest rate that keeps the limits; each step is a run at one rate

A file of --requests is a list in YAML or JSON:
  - {request: 'GET /items?page={{random:1-100}}', weight: 3}
  - sequence:
      - {request: POST /items, body: {name: 'item {{seq}}'}, status: 201, save: {id: $.id}}
      - {request: 'GET /items/{{id}}'}`;

function withModels(command: Command): Command {
  return command
    .option(
      '-c, --connections <n>',
      'closed loop of n connections that never pause (default: 10); open: so many to begin with (default: 50)',
    )
    .option('--users <n>', 'closed loop of n users who think between an answer and the next request')
    .option('--think-time <seconds>', 'of each user: 1.5, or 1-2 for uniform between (default: 0)')
    .option('--ramp <users/s>', 'how fast users arrive (default: 10)')
    .option('--rate <n>', 'open: n requests/s')
    .option('--stages <list>', "open: rates one after the other, '200:30s,200-2000:10s,2000:5s'; they are the window")
    .option('--arrivals <kind>', 'of an open model: constant (evenly spaced) or poisson, by chance (default: poisson)')
    .option('--max-connections <n>', 'of an open model: a request waits for one when so many are taken (default: 1000)')
    .option('--latency-limit <limit>', "search for the highest rate that keeps it, e.g. 'p95<50ms'")
    .option('--error-limit <share>', 'of the search: so many requests may fail, 0.001 or 0.1% (default: 0.001)')
    .option('--start-rate <n>', 'of the search: the first rate that is tried (default: 50)');
}

function withRequests(command: Command): Command {
  return command
    .option('--requests <file>', 'weighted requests and sequences instead of the path of the URL')
    .option('--method <method>', 'the request method (default: GET; with a body POST)')
    .addOption(repeatable('-H, --header <header>', "a header of every request, 'Name: value'", 'none'))
    .option('--data <text>', 'the body; what begins like JSON is sent as application/json')
    .option('--body <text>', 'the same');
}

function withShared(command: Command): Command {
  return command
    .option('-d, --duration <time>', 'length of the measured window, of a search that of each step (default: 10s)')
    .option('--warmup <time>', 'load before the window that is not measured (default: 1s)')
    .option(
      '--rehearsal <time>',
      'how long the engine runs against itself first, so that it is late for none; 0: not at all (default: 1s)',
    )
    .option('--timeout <time>', 'after which a request has failed (default: 10s)')
    .option('--threads <n>', 'threads that send, each on a core of its own (default: 1)')
    .option('--driver <name>', 'socket, the own HTTP client, or undici (default: socket; for https:// undici)')
    .option('--insecure', 'do not check the certificate of https://')
    .option('--seed <n>', 'of arrivals, think times and values (default: 1)');
}

async function load(address: string, options: LoadOptions): Promise<void> {
  const terminal = processTerminal(process.env);
  const plan = await planOfOptions(address, options);
  await checkConnection(plan);
  using interrupt = interruptSignal();
  await unlessInterrupted(checkAnswer(plan, interrupt.signal), interrupt.signal);
  for (const note of notesOn(plan, availableParallelism())) terminal.note(`note: ${note}`);
  const result = await run(plan, terminal, interrupt.signal);
  if (options.json === true) printJson(terminal, { ...result, findings: loneFindings(result) });
  else terminal.print(loadText(result, terminal.width));
  if (interrupt.signal.aborted) process.exitCode = EXIT.interrupted;
}

async function run(plan: LoadPlan, terminal: Terminal, signal: AbortSignal): Promise<LoadResult> {
  const line = secondLine(terminal, process.stderr, plan);
  try {
    return await unlessInterrupted(runEngine(plan, { signal, onMessage: (message) => line.show(message) }), signal);
  } finally {
    line.clear();
  }
}

async function unlessInterrupted<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await running;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CommandError(EXIT.interrupted, 'interrupted before anything was measured');
  }
}

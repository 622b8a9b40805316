import { join, resolve } from 'node:path';
import type { ExperimentState } from '../../core/job.ts';
import { makeFolder } from '../../db/make-folder.ts';
import type { DemoOptions } from '../commands/demo.ts';
import { DEFAULT_PORT } from '../default-port.ts';
import { exitCodeOf, experimentPath, getExperiment } from '../experiment.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { gateExitCode } from '../gate.ts';
import { interruptSignal } from '../interrupt.ts';
import { ServiceClient } from '../service-client.ts';
import { readSpecFile, type SpecFile } from '../spec-file.ts';
import type { Submitted } from '../submitted.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { cancelUnfinished } from './cancel-unfinished.ts';
import { demoCores } from './demo-cores.ts';
import type { DemoRunner } from './demo-runner.ts';
import { tryPort } from './free-port.ts';
import { liveProgress } from './live-progress.ts';
import { demoKey } from './operator-key.ts';
import { makeResultsFolder, writeResults } from './results-folder.ts';
import { startServiceProcess } from './service-process.ts';

/**
 * Service, runner, submit, wait and report in one process tree; all of it has ended when this returns. The service starts first
 * and while it opens its database the rest is loaded: people wait for the page's address.
 */
export async function runDemo(specPath: string | undefined, options: DemoOptions, terminal: Terminal): Promise<void> {
  using interrupt = interruptSignal();
  await makeResultsFolder();
  // A name that was mistyped is told before anything is started.
  const given = specPath === undefined ? null : await readSpecFile(specPath, options.set);
  if (given !== null) (await import('./choose-spec.ts')).checkSpec(given);
  const dataDir = ownFolder(options.dataDir);
  const cores = demoCores(options);
  const port = await choosePort(options.port, terminal);
  const starting = startServiceProcess({ port, dataDir: join(dataDir, 'service'), cpus: cores.service });
  // Whoever awaits it sees how it failed; until then nobody does, and that must not end the process.
  starting.catch(() => undefined);
  try {
    const { chooseSpec } = await import('./choose-spec.ts');
    const spec = given ?? (await chooseSpec(options.set, terminal));
    const { startDemoRunner } = await import('./demo-runner.ts');
    const service = await starting;
    const key = await demoKey(dataDir, service.operatorKey);
    const client = new ServiceClient(service.url, key);
    await cancelUnfinished(client, terminal);
    const runner = startDemoRunner({ url: service.url, key, dataDir: join(dataDir, 'runner'), cores });
    try {
      await Promise.race([runner.registered, service.lost, aborted(interrupt.signal)]);
      if (interrupt.signal.aborted)
        throw new CommandError(EXIT.interrupted, 'interrupted before anything was measured');
      await Promise.race([
        experiment({ client, runner, spec, options, terminal, interrupted: interrupt.signal }),
        service.lost,
      ]);
    } finally {
      await runner.stop();
    }
  } finally {
    await starting.then((service) => service.stop()).catch(() => undefined);
  }
}

interface Demo {
  readonly client: ServiceClient;
  readonly runner: DemoRunner;
  readonly spec: SpecFile;
  readonly options: DemoOptions;
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
}

async function experiment(demo: Demo): Promise<void> {
  const { client, terminal, options, interrupted } = demo;
  const submitted = await submit(demo);
  const status = await follow(demo, submitted);
  const { folder, results } = await writeResults(client, submitted.id);
  if (options.json) printJson(terminal, results);
  else {
    const { renderSummary } = await import('../../report/terminal.ts');
    terminal.print(`\n${renderSummary(results, { width: terminal.width, color: terminal.color })}`);
  }
  terminal.note(`\nin ${folder}: report.html  results.json  cells.csv  trials.csv`);
  if (interrupted.aborted) {
    terminal.note('interrupted: what was measured is kept');
    process.exitCode = EXIT.interrupted;
    return;
  }
  process.exitCode = status === 'succeeded' ? gateExitCode(results) : exitCodeOf(status);
  if (terminal.isInteractive && !options.exit) {
    terminal.note('the page stays up until Ctrl-C');
    await aborted(interrupted);
  }
}

async function submit({ client, spec, terminal }: Demo): Promise<Submitted> {
  const answer = await client.send('POST', '/v1/experiments', { text: spec.body, mediaType: spec.mediaType });
  const submitted = JSON.parse(answer.text) as Submitted;
  for (const warning of submitted.warnings) terminal.note(`note: ${warning.detail}`);
  const shared = await client.postJson<{ url: string }>(experimentPath(submitted.id, '/share'));
  terminal.note(`live page: ${new URL(shared.url, client.url).href}`);
  return submitted;
}

/** Follows the runner's events to the end of the experiment; on an interrupt cancels it and waits until the runner has let go. */
async function follow({ client, runner, terminal, interrupted }: Demo, submitted: Submitted): Promise<ExperimentState> {
  const progress = liveProgress(terminal, submitted.matrix);
  runner.listen(submitted.id, (event) => progress.onEvent(event));
  try {
    await Promise.race([runner.jobEnded(submitted.id), aborted(interrupted)]);
    if (interrupted.aborted) await client.postJson(experimentPath(submitted.id, '/cancel'));
    await runner.stop();
  } finally {
    progress.stop();
  }
  return (await getExperiment(client, submitted.id)).status;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

function ownFolder(path: string): string {
  const folder = resolve(path);
  try {
    makeFolder(folder);
    return folder;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      EXIT.badInput,
      `cannot make the data folder ${folder} (${why}): run from a folder that you may write to, or give --data-dir`,
    );
  }
}

async function choosePort(wanted: number | undefined, terminal: Terminal): Promise<number> {
  const free = await tryPort(wanted ?? DEFAULT_PORT);
  if (free !== null) return free;
  const other = await tryPort(0);
  if (wanted !== undefined || other === null)
    throw new CommandError(
      EXIT.badInput,
      `port ${wanted ?? DEFAULT_PORT} of 127.0.0.1 is taken: choose another with --port`,
    );
  terminal.note(`port ${DEFAULT_PORT} is taken; using ${other}`);
  return other;
}

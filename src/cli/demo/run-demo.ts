import type { DemoOptions } from '../commands/demo.ts';
import { exitCodeOf } from '../experiment.ts';
import { EXIT } from '../exit-codes.ts';
import { gateExitCode } from '../gate.ts';
import { interruptSignal } from '../interrupt.ts';
import { packagePath } from '../package-path.ts';
import { readSpecFile } from '../spec-file.ts';
import { targetsDirs } from '../targets-dirs.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { demoCores } from './demo-cores.ts';
import { followLive, type LiveExperiment, submitLive } from './live-experiment.ts';
import { aborted, withOwnService } from './own-service.ts';
import { makeResultsFolder, writeResults } from './results-folder.ts';

/** Service, runner, submit, wait and report in one process tree; all of it has ended when this returns. */
export async function runDemo(specPath: string | undefined, options: DemoOptions, terminal: Terminal): Promise<void> {
  using interrupt = interruptSignal();
  await makeResultsFolder();
  const dirs = targetsDirs(options.targets);
  // A name that was mistyped is told before anything is started.
  const given = specPath === undefined ? null : await readSpecFile(specPath, options.set);
  const checked = given ?? (options.targets.length > 0 ? await readSpecFile(QUICK, options.set) : null);
  if (checked !== null) (await import('./choose-spec.ts')).checkSpec(checked, dirs);
  const order = {
    port: options.port,
    dataDir: options.dataDir,
    targetsDirs: dirs,
    cores: demoCores(options),
    terminal,
    interrupted: interrupt.signal,
  };
  const prepare = async () => given ?? (await (await import('./choose-spec.ts')).chooseSpec(options.set, terminal));
  await withOwnService(order, prepare, (held, spec) =>
    experiment({ ...held, spec, options, terminal, interrupted: interrupt.signal }),
  );
}

/** Of the catalogue's targets: other folders may lack them. */
const QUICK = packagePath('experiments', 'quick.yaml');

interface Demo extends LiveExperiment {
  readonly options: DemoOptions;
}

async function experiment(demo: Demo): Promise<void> {
  const { client, terminal, options, interrupted } = demo;
  const submitted = await submitLive(demo);
  const status = await followLive(demo, submitted);
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

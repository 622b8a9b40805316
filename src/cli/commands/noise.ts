import { Command } from 'commander';
import { type NoiseReport, noiseReport, type NoiseTrial } from '../../core/noise/noise-report.ts';
import { renderNoiseText } from '../../report/noise-text.ts';
import { splitCores } from '../../runner/cores.ts';
import { readTopology } from '../../runner/topology.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { secondLine } from '../load/second-line.ts';
import { measureNoise } from '../noise/measure-noise.ts';
import { cpuList, seconds, wholeNumber } from '../options.ts';
import { printJson, processTerminal, type Terminal } from '../terminal.ts';

interface NoiseOptions {
  readonly blocks: number;
  readonly window: number;
  readonly serverCpus?: readonly number[];
  readonly generatorCpus?: readonly number[];
  readonly json?: boolean;
}

/** Ten blocks of two runs of 2 s, with start and warm-up: about a minute. */
const BLOCKS = 10;
const WINDOW_S = 2;
/** Fewer blocks do not pair; more than a spec may have say nothing of a spec. */
const FEWEST_BLOCKS = 3;
const MOST_BLOCKS = 100;

export function noiseCommand(): Command {
  return new Command('noise')
    .description('a minute of A/A: the smallest difference that this host can show')
    .option('--blocks <n>', 'pairs of runs', wholeNumber(FEWEST_BLOCKS, MOST_BLOCKS), BLOCKS)
    .option('--window <seconds>', 'measured part of each run', seconds(0.2, 60), WINDOW_S)
    .option('--server-cpus <cpus>', 'cores for the server, e.g. 0-2', cpuList)
    .option('--generator-cpus <cpus>', 'cores for the load engine, e.g. 3', cpuList)
    .option('--json', 'print one JSON document and nothing else')
    .action(noise);
}

async function noise(options: NoiseOptions): Promise<void> {
  const terminal = processTerminal(process.env);
  const sets = splitCores(readTopology(), { server: options.serverCpus, generator: options.generatorCpus });
  const plan = {
    blocks: options.blocks,
    window_s: options.window,
    seed: 1,
    serverCpus: sets.server,
    generatorCpus: sets.generator,
  };
  const trials = await measured(plan, terminal);
  const report = noiseReport(trials);
  const setup = { window_s: options.window, server_cpus: sets.server, generator_cpus: sets.generator };
  if (options.json === true) printJson(terminal, { ...setup, ...report, trials });
  else terminal.print(renderNoiseText(report, { width: terminal.width, ...setup }));
  process.exitCode = exitCodeOf(report);
}

/** Two equal servers that are called different fail, as a gate would have; where nothing was sound there is no answer. */
function exitCodeOf({ false_alarm, metrics }: NoiseReport) {
  if (metrics.every(({ ratio }) => ratio === null)) return EXIT.experimentFailed;
  return false_alarm ? EXIT.gateFailed : EXIT.ok;
}

async function measured(plan: Parameters<typeof measureNoise>[0], terminal: Terminal): Promise<NoiseTrial[]> {
  using interrupt = interruptSignal();
  const line = secondLine(terminal, process.stderr, null);
  try {
    return await measureNoise(plan, {
      signal: interrupt.signal,
      onMessage: (message) => line.show(message),
      onTrial: (k, of) => {
        line.clear();
        if (k === 1 || k % REPORTED_EVERY === 0) terminal.note(`run ${k} of ${of}`);
      },
    });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new CommandError(EXIT.interrupted, 'interrupted; a part of the blocks says nothing');
  } finally {
    line.clear();
  }
}

/** About every ten seconds. */
const REPORTED_EVERY = 4;

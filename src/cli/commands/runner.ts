import { resolve } from 'node:path';
import { Command } from 'commander';
import { lockFolder } from '../../db/folder-lock.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { cpuList, repeatable, userName, wholeNumber } from '../options.ts';
import { packagePath } from '../package-path.ts';
import { logEvents } from '../runner-events.ts';
import { runnerLog } from '../runner-log.ts';
import { DEFAULT_URL, readKey, serviceUrl } from '../service-client.ts';
import { packageVersion } from '../version.ts';

export interface RunnerOptions {
  readonly url?: string;
  readonly keyFile?: string;
  readonly targets: readonly string[];
  readonly dataDir: string;
  readonly serverCpus?: readonly number[];
  readonly generatorCpus?: readonly number[];
  readonly serverMemoryLimit?: number;
  readonly once?: boolean;
  readonly shared?: boolean;
  readonly printUnit?: boolean;
  readonly runAs?: string;
}

export function runnerCommand(): Command {
  return new Command('runner')
    .description('poll a service for jobs and measure them on this machine')
    .option('--url <url>', `the service's address (default: BENCHWRIGHT_URL or ${DEFAULT_URL})`)
    .option('--key-file <file>', 'a file with a key of scope run (default: BENCHWRIGHT_KEY)')
    .addOption(repeatable('--targets <folder>', 'a folder of targets', 'the catalogue'))
    .option('--data-dir <folder>', 'provisioned targets and results on their way', '.benchwright/runner')
    .option('--server-cpus <cpus>', 'cores for the servers under test, e.g. 0-3', cpuList)
    .option('--generator-cpus <cpus>', 'cores for the load engine, e.g. 4-7', cpuList)
    .option(
      '--server-memory-limit <MiB>',
      'end a server whose processes use more (default: 80 % of what the host has left)',
      wholeNumber(16, 2 ** 24),
    )
    .option('--once', 'end after one job')
    .option('--shared', 'serve every project; needs an operator key')
    .option('--print-unit', 'print a systemd unit that runs this command, and end')
    .option('--run-as <user>', 'with --print-unit: the user of the unit', userName)
    .action(startRunner);
}

async function startRunner(options: RunnerOptions, command: Command): Promise<void> {
  if (options.printUnit === true) {
    const { printUnit } = await import('../runner/print-unit.ts');
    return printUnit(options, command);
  }
  if (options.runAs !== undefined)
    throw new CommandError(EXIT.badInput, '--run-as names the user of a unit: it belongs to --print-unit');
  using interrupt = interruptSignal();
  const { runRunner } = await import('../../runner/run-runner.ts');
  const log = runnerLog(process.env['BENCHWRIGHT_LOG_LEVEL'] ?? 'info');
  await runRunner({
    url: serviceUrl(options, process.env),
    version: packageVersion(),
    key: readKey(options, process.env),
    targetsDirs:
      options.targets.length > 0 ? options.targets.map((folder) => resolve(folder)) : [packagePath('targets')],
    dataDir: resolve(options.dataDir),
    lock: lockFolder,
    serverCpus: options.serverCpus,
    generatorCpus: options.generatorCpus,
    serverMemoryMb: options.serverMemoryLimit,
    once: options.once === true,
    shared: options.shared === true,
    signal: interrupt.signal,
    log,
    onEvent: logEvents(log),
  });
}

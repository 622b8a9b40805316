import { resolve } from 'node:path';
import { Command } from 'commander';
import { lockFolder } from '../../db/folder-lock.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { cpuList, repeatable, userName, wholeNumber } from '../options.ts';
import { logEvents } from '../runner-events.ts';
import { runnerLog } from '../runner-log.ts';
import { DEFAULT_URL, readKey, serviceUrl } from '../service-client.ts';
import { targetsDirs } from '../targets-dirs.ts';
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
  readonly unitUser?: string;
  readonly runAs?: string;
  readonly buildTimeLimit?: number;
  readonly buildDiskLimit?: number;
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
    .option(
      '--run-as <user>',
      'build and serve code from git as this user, who runs nothing else; needs a runner of root. Without it code of forks is refused',
      userName,
    )
    .option('--build-time-limit <s>', 'end a build from git that takes longer (default: 600)', wholeNumber(1, 86_400))
    .option(
      '--build-disk-limit <MiB>',
      'end a build from git that takes more room (default: 4096)',
      wholeNumber(1, 2 ** 24),
    )
    .option('--once', 'end after one job')
    .option('--shared', 'serve every project; needs an operator key')
    .option('--print-unit', 'print a systemd unit that runs this command, and end')
    .option('--unit-user <user>', 'with --print-unit: the user of the unit (default: that of --run-as)', userName)
    .action(startRunner);
}

async function startRunner(options: RunnerOptions, command: Command): Promise<void> {
  if (options.printUnit === true) {
    const { printUnit } = await import('../runner/print-unit.ts');
    return printUnit(options, command);
  }
  if (options.unitUser !== undefined)
    throw new CommandError(EXIT.badInput, '--unit-user names the user of a unit: it belongs to --print-unit');
  using interrupt = interruptSignal();
  const { runRunner } = await import('../../runner/run-runner.ts');
  const log = runnerLog(process.env['BENCHWRIGHT_LOG_LEVEL'] ?? 'info');
  await runRunner({
    url: serviceUrl(options, process.env),
    version: packageVersion(),
    key: readKey(options, process.env),
    targetsDirs: targetsDirs(options.targets),
    dataDir: resolve(options.dataDir),
    lock: lockFolder,
    serverCpus: options.serverCpus,
    generatorCpus: options.generatorCpus,
    serverMemoryMb: options.serverMemoryLimit,
    runAs: options.runAs,
    buildLimits: buildLimitsOf(options),
    once: options.once === true,
    shared: options.shared === true,
    signal: interrupt.signal,
    log,
    onEvent: logEvents(log),
  });
}

/** Those that were given; the others have their defaults. */
function buildLimitsOf({ buildTimeLimit, buildDiskLimit }: RunnerOptions) {
  return {
    ...(buildTimeLimit !== undefined && { time_ms: buildTimeLimit * 1000 }),
    ...(buildDiskLimit !== undefined && { disk_mb: buildDiskLimit }),
  };
}

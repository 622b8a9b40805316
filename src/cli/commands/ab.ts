import { Command } from 'commander';
import { MAX_CONNECTIONS, MAX_REPETITIONS } from '../../core/limits.ts';
import { cpuList, repeatable, share, wholeNumber } from '../options.ts';
import { processTerminal } from '../terminal.ts';

export interface AbOptions {
  readonly target: string;
  readonly base: string;
  readonly head: string;
  readonly targets: readonly string[];
  readonly server?: string;
  readonly workload?: string;
  readonly connections: number;
  readonly repetitions: number;
  readonly window: number;
  readonly worseBy: number;
  readonly dataDir: string;
  readonly serverCpus?: readonly number[];
  readonly generatorCpus?: readonly number[];
  readonly json?: boolean;
}

/** Fewer pairs have no interval that says anything. */
const FEWEST_REPETITIONS = 3;
const LONGEST_WINDOW_S = 3_600;

export function abCommand(): Command {
  return new Command('ab')
    .description('is my branch slower? base and head of a repository in the same shuffled blocks on this machine')
    .requiredOption('--target <name>', 'a target from git, as `targets list` names it')
    .requiredOption(
      '--base <ref>',
      'what is compared with: a commit or branch; of a local repository anything git knows',
    )
    .requiredOption('--head <ref>', 'what may be slower')
    .addOption(repeatable('--targets <folder>', 'a folder of targets', 'the catalogue'))
    .option('--server <name>', 'of the target (default: the first it lists)')
    .option('--workload <name>', 'what is driven (default: the first that the target lists)')
    .option('--connections <n>', 'that never pause', wholeNumber(1, MAX_CONNECTIONS), 16)
    .option('--repetitions <n>', 'of both', wholeNumber(FEWEST_REPETITIONS, MAX_REPETITIONS), 10)
    .option('--window <s>', 'measured part of each trial', wholeNumber(1, LONGEST_WINDOW_S), 5)
    .option('--worse-by <share>', 'how much slower the head may be', share, 0.03)
    .option('--data-dir <folder>', 'where database and built commits are kept', '.benchwright/ab')
    .option('--server-cpus <cpus>', 'cores for the servers under test, e.g. 0-2', cpuList)
    .option('--generator-cpus <cpus>', 'cores for the load engine, e.g. 3', cpuList)
    .option('--json', 'print one JSON document and nothing else')
    .action(async (options: AbOptions) => {
      const { runAb } = await import('../ab/run-ab.ts');
      await runAb(options, processTerminal(process.env));
    });
}

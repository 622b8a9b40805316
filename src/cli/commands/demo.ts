import { Command } from 'commander';
import { DEFAULT_PORT } from '../default-port.ts';
import { cpuList, repeatable, wholeNumber } from '../options.ts';
import { processTerminal } from '../terminal.ts';

export interface DemoOptions {
  readonly port?: number;
  readonly dataDir: string;
  readonly set: readonly string[];
  readonly targets: readonly string[];
  readonly exit?: boolean;
  readonly json?: boolean;
  readonly serverCpus?: readonly number[];
  readonly generatorCpus?: readonly number[];
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('service, runner and a small experiment on this machine, live; leaves a report')
    .argument('[spec]', 'a YAML or JSON file (default: FastAPI and Django, a first look)')
    .addOption(repeatable('--set <path=value>', 'change a key of the spec', 'none'))
    .addOption(repeatable('--targets <folder>', 'a folder of targets', 'the catalogue'))
    .option('--exit', 'end when the experiment has ended, instead of keeping the page up')
    .option(
      '--port <port>',
      `port of the page (default: ${DEFAULT_PORT}, or a free one if that is taken)`,
      wholeNumber(0, 65_535),
    )
    .option('--data-dir <folder>', 'where the demo keeps database and provisioned targets', '.benchwright/demo')
    .option('--server-cpus <cpus>', 'cores for the servers under test, e.g. 0-2', cpuList)
    .option('--generator-cpus <cpus>', 'cores for the load engine, e.g. 3', cpuList)
    .option('--json', 'print results.json on stdout and nothing else')
    .action(async (spec: string | undefined, options: DemoOptions) => {
      const { runDemo } = await import('../demo/run-demo.ts');
      await runDemo(spec, options, processTerminal(process.env));
    });
}

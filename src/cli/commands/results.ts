import { Command, Option } from 'commander';
import { CommandError, EXIT } from '../exit-codes.ts';
import { experimentPath } from '../experiment.ts';
import { withConnection } from '../options.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { processTerminal } from '../terminal.ts';

interface ResultsOptions extends ConnectionOptions {
  readonly format: 'json' | 'csv';
  readonly view: string;
  readonly partial?: boolean;
  readonly json?: boolean;
}

export function resultsCommand(): Command {
  const command = new Command('results')
    .description('the results of an experiment, on stdout')
    .argument('<id>', 'of the experiment, exp_…')
    .addOption(new Option('--format <format>', 'what to print').choices(['json', 'csv']).default('json'))
    .addOption(
      new Option('--view <view>', 'what each row is')
        .choices(['cells', 'trials', 'requests', 'seconds'])
        .default('cells'),
    )
    .option('--partial', 'also before the experiment has ended');
  return withConnection(command).action(async (id: string, options: ResultsOptions) => {
    if (options.json && options.format === 'csv')
      throw new CommandError(EXIT.badInput, '--json and --format csv exclude each other');
    const client = ServiceClient.from(options, process.env);
    const query = new URLSearchParams({ view: options.view, ...(options.partial ? { partial: 'true' } : {}) });
    const accept = options.format === 'csv' ? 'text/csv' : 'application/json';
    const answer = await client.send(
      'GET',
      experimentPath(id, `/results.${options.format}?${query.toString()}`),
      undefined,
      accept,
    );
    processTerminal(process.env).print(answer.text);
  });
}

import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { makeFolder } from '../../db/make-folder.ts';
import { experimentPath } from '../experiment.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { withConnection } from '../options.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { printJson, processTerminal } from '../terminal.ts';

interface ReportOptions extends ConnectionOptions {
  readonly output?: string;
  readonly json?: boolean;
}

export function reportCommand(): Command {
  const command = new Command('report')
    .description('write the report page of an experiment, one HTML file that needs nothing else')
    .argument('<id>', 'of the experiment, exp_…')
    .option('-o, --output <file>', 'where (default: <id>.html)');
  return withConnection(command).action(async (id: string, options: ReportOptions) => {
    const terminal = processTerminal(process.env);
    const answer = await ServiceClient.from(options, process.env).send(
      'GET',
      experimentPath(id, '/report'),
      undefined,
      'text/html',
    );
    const file = resolve(options.output ?? `${id}.html`);
    try {
      makeFolder(dirname(file));
      await writeFile(file, answer.text);
    } catch (error) {
      throw new CommandError(
        EXIT.badInput,
        `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    if (options.json) printJson(terminal, { file });
    else terminal.print(file);
  });
}

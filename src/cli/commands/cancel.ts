import { Command } from 'commander';
import { experimentPath } from '../experiment.ts';
import { withConnection } from '../options.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { printJson, processTerminal } from '../terminal.ts';

export function cancelCommand(): Command {
  return withConnection(
    new Command('cancel')
      .description('stop an experiment; what was measured is kept')
      .argument('<id>', 'of the experiment, exp_…'),
  ).action(async (id: string, options: ConnectionOptions & { json?: boolean }) => {
    const terminal = processTerminal(process.env);
    const client = ServiceClient.from(options, process.env);
    const document = await client.postJson<{ id: string; status: string }>(experimentPath(id, '/cancel'));
    if (options.json) printJson(terminal, document);
    else terminal.print(`${document.id} ${document.status}`);
  });
}

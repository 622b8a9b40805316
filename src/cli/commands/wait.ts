import { Command } from 'commander';
import { followToEnd } from '../follow.ts';
import { withConnection } from '../options.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { processTerminal } from '../terminal.ts';

export function waitCommand(): Command {
  return withConnection(
    new Command('wait').description('follow an experiment to its end').argument('<id>', 'of the experiment, exp_…'),
  ).action(async (id: string, options: ConnectionOptions & { json?: boolean }) => {
    const client = ServiceClient.from(options, process.env);
    await followToEnd(client, id, processTerminal(process.env), { asJson: options.json === true });
  });
}

import { Command } from 'commander';
import { experimentPath } from '../experiment.ts';
import { followToEnd } from '../follow.ts';
import { tellGate } from '../gate.ts';
import { withConnection } from '../options.ts';
import { readResults } from '../read-results.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { processTerminal } from '../terminal.ts';

type Options = ConnectionOptions & { json?: boolean; wait?: boolean };

export function gateCommand(): Command {
  const command = new Command('gate')
    .description('an experiment against its thresholds: exit code 3 if one failed')
    .argument('<experiment>', 'an id (exp_…) or a results.json')
    .option('--wait', 'follow it to its end before');
  return withConnection(command).action(async (source: string, options: Options) => {
    const terminal = processTerminal(process.env);
    const asJson = options.json === true;
    if (options.wait !== true) return tellGate(await readResults(source, options), terminal, asJson);
    // Refuses a file: nothing is to be waited for there.
    experimentPath(source);
    await followToEnd(ServiceClient.from(options, process.env), source, terminal, { asJson, gate: true });
  });
}

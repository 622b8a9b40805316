import { Command } from 'commander';
import { tellGate } from '../gate.ts';
import { withConnection } from '../options.ts';
import { readResults } from '../read-results.ts';
import type { ConnectionOptions } from '../service-client.ts';
import { processTerminal } from '../terminal.ts';

export function gateCommand(): Command {
  const command = new Command('gate')
    .description('an experiment against its thresholds: exit code 3 if one failed')
    .argument('<experiment>', 'an id (exp_…) or a results.json');
  return withConnection(command).action(async (source: string, options: ConnectionOptions & { json?: boolean }) => {
    tellGate(await readResults(source, options), processTerminal(process.env), options.json === true);
  });
}

import { Command } from 'commander';
import { durationText } from '../progress.ts';
import { getExperiment } from '../experiment.ts';
import { withConnection } from '../options.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { printJson, processTerminal } from '../terminal.ts';

export function statusCommand(): Command {
  return withConnection(
    new Command('status').description('how far an experiment is').argument('<id>', 'of the experiment, exp_…'),
  ).action(status);
}

async function status(id: string, options: ConnectionOptions & { json?: boolean }): Promise<void> {
  const terminal = processTerminal(process.env);
  const document = await getExperiment(ServiceClient.from(options, process.env), id);
  if (options.json) return printJson(terminal, document);
  const { progress } = document;
  const parts = [
    `${document.status}${document.reason === null ? '' : ` (${document.reason})`}`,
    `${document.trials_done} of ${document.trials_planned} trials`,
  ];
  if (progress?.cell) parts.push(`now ${progress.cell}${progress.phase === null ? '' : ` (${progress.phase})`}`);
  if (progress?.eta_s) parts.push(`about ${durationText(progress.eta_s)} left`);
  terminal.print(`${document.id} ${document.name}: ${parts.join(', ')}`);
}

import { Command } from 'commander';
import { CommandError, EXIT } from '../exit-codes.ts';
import { readSpecFile } from '../spec-file.ts';
import { repeatable, withConnection } from '../options.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { printJson, processTerminal } from '../terminal.ts';
import { followToEnd } from '../follow.ts';
import { submitSpec } from '../submit-spec.ts';

interface SubmitOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly wait?: boolean;
  readonly gate?: boolean;
  readonly set: readonly string[];
  readonly idempotencyKey?: string;
}

export function submitCommand(): Command {
  const command = new Command('submit')
    .description('send a spec to the service')
    .argument('<spec>', 'a YAML or JSON file')
    .option('--wait', 'follow it to its end')
    .option('--gate', 'with --wait: then its gate; exit code 3 if a threshold failed')
    .addOption(repeatable('--set <path=value>', 'change a key of the spec', 'none'))
    .option(
      '--idempotency-key <key>',
      'submitted again with the same key, it is the same experiment (default: a random one)',
    );
  return withConnection(command).action(submit);
}

async function submit(path: string, options: SubmitOptions): Promise<void> {
  const terminal = processTerminal(process.env);
  if (options.gate === true && options.wait !== true)
    throw new CommandError(EXIT.badInput, '--gate wants --wait: a gate is judged at the end');
  const spec = await readSpecFile(path, options.set);
  const client = ServiceClient.from(options, process.env);
  const submitted = await submitSpec(client, spec, terminal, options.idempotencyKey);
  for (const warning of submitted.warnings) terminal.note(`warning: ${warning.detail}`);
  if (options.wait) {
    terminal.note(`experiment ${submitted.id}: ${submitted.matrix.cells} cells, ${submitted.matrix.trials} trials`);
    await followToEnd(client, submitted.id, terminal, { asJson: options.json === true, gate: options.gate === true });
  } else if (options.json) {
    printJson(terminal, submitted);
  } else {
    const minutes = Math.ceil(submitted.matrix.estimated_s / 60);
    terminal.print(submitted.id);
    terminal.note(
      `${submitted.status}: ${submitted.matrix.cells} cells, ${submitted.matrix.trials} trials, about ${minutes} min of measuring`,
    );
    terminal.note(`follow it: benchwright wait ${submitted.id}`);
  }
}

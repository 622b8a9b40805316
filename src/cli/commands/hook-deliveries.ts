import { Command } from 'commander';
import { printFields, printList } from '../fields.ts';
import { wholeNumber } from '../options.ts';
import { ServiceClient } from '../service-client.ts';
import { harmless, printJson, processTerminal } from '../terminal.ts';
import { type HookOptions, hookPath, withHook } from './hook-documents.ts';

interface DeliveryDocument {
  readonly id: string;
  readonly event: string;
  readonly received_at: string;
  readonly outcome: string;
  readonly says: string;
  readonly experiment_id: string | null;
}

const MOST_LISTED = 100;

/** What came may be anybody's text. */
function fieldsOf({ id, event, received_at, outcome, says, experiment_id }: DeliveryDocument): string[] {
  return [id, received_at, outcome.padEnd(16), event, says, experiment_id ?? ''].map(harmless);
}

export function hookDeliveriesCommand(): Command {
  const command = new Command('deliveries')
    .description('the events that a hook was sent, newest first, and what came of them')
    .option('--limit <n>', 'so many of them', wholeNumber(1, MOST_LISTED));
  return withHook(command).action(async (id: string, options: HookOptions & { limit?: number }) => {
    const terminal = processTerminal(process.env);
    const limit = options.limit === undefined ? '' : `?limit=${options.limit}`;
    const client = ServiceClient.from(options, process.env);
    const page = await client.getJson<{ deliveries: DeliveryDocument[]; next: string | null }>(
      `${hookPath(id, 'deliveries')}${limit}`,
    );
    if (options.json) return printJson(terminal, page);
    const none = 'it was sent no event in the last 30 days';
    printList(terminal, page.deliveries.map(fieldsOf), { none, isCut: page.next !== null });
  });
}

export function hookApproveCommand(): Command {
  const command = withHook(
    new Command('approve').description('let the commit of a fork be measured; this commit only'),
  ).argument('<delivery>', 'that waits for approval, dlv_…');
  return command.action(async (id: string, delivery: string, options: HookOptions) => {
    const terminal = processTerminal(process.env);
    const path = hookPath(id, 'deliveries', delivery, 'approve');
    const approved = await ServiceClient.from(options, process.env).postJson<DeliveryDocument>(path);
    if (options.json) printJson(terminal, approved);
    else printFields(terminal, fieldsOf(approved));
  });
}

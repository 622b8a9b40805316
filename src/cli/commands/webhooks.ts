import { Command } from 'commander';
import { printFields, printList } from '../fields.ts';
import { repeatable, wholeNumber, withConnection } from '../options.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { printJson, processTerminal } from '../terminal.ts';
import { webhookDeliveriesCommand, webhookRedeliverCommand, webhookTestCommand } from './webhook-deliveries.ts';

interface WebhookDocument {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  readonly disabled_reason: string | null;
}

type WithSecret = WebhookDocument & { readonly secret: string };
type Options = ConnectionOptions & { json?: boolean };
type Settings = { event: string[]; description?: string };

/** What is told when nothing is chosen: how experiments end. */
const DEFAULT_EVENTS = [
  'experiment.succeeded',
  'experiment.failed',
  'experiment.canceled',
  'experiment.verdict.passed',
  'experiment.verdict.failed',
  'experiment.verdict.inconclusive',
];
const MOST_OVERLAP_S = 604_800;

export function webhooksCommand(): Command {
  return new Command('webhooks')
    .description('addresses that are told what happens; needs a key with the scope admin')
    .addCommand(listCommand())
    .addCommand(createCommand())
    .addCommand(changeCommand('enable', 'tell a webhook again what happens', { disabled: false }))
    .addCommand(changeCommand('disable', 'tell a webhook nothing; what waits for it is dropped', { disabled: true }))
    .addCommand(deleteCommand())
    .addCommand(rotateCommand())
    .addCommand(webhookTestCommand())
    .addCommand(webhookDeliveriesCommand())
    .addCommand(webhookRedeliverCommand());
}

function pathOf(id: string): string {
  return `/v1/webhooks/${encodeURIComponent(id)}`;
}

function fieldsOf({ id, url, description, events, disabled_reason }: WebhookDocument): string[] {
  const state = disabled_reason === null ? 'enabled' : `disabled (${disabled_reason})`;
  return [id, state, url, events.join(','), description];
}

function listCommand(): Command {
  return withConnection(
    new Command('list').description('the webhooks of the project; secrets are never shown again'),
  ).action(async (options: Options) => {
    const terminal = processTerminal(process.env);
    const client = ServiceClient.from(options, process.env);
    const { webhooks } = await client.getJson<{ webhooks: WebhookDocument[] }>('/v1/webhooks');
    if (options.json) return printJson(terminal, { webhooks });
    printList(terminal, webhooks.map(fieldsOf), { none: 'the project has no webhooks' });
  });
}

function createCommand(): Command {
  const command = new Command('create')
    .description('make a webhook; its secret is printed once')
    .argument('<url>', 'a public https address')
    .addOption(repeatable('--event <event>', 'what it is told, e.g. experiment.failed', 'how experiments end'))
    .option('--description <text>', 'what it is for');
  return withConnection(command).action(async (url: string, options: Options & Settings) => {
    const terminal = processTerminal(process.env);
    const events = options.event.length > 0 ? options.event : DEFAULT_EVENTS;
    const body = { url, events, ...(options.description === undefined ? {} : { description: options.description }) };
    const made = await ServiceClient.from(options, process.env).postJson<WithSecret>('/v1/webhooks', body);
    if (options.json) return printJson(terminal, made);
    terminal.print(made.secret);
    terminal.note(`${made.id}: keep the secret now, it is not shown again`);
    terminal.note(`try it: benchwright webhooks test ${made.id}`);
  });
}

function changeCommand(name: string, description: string, change: { readonly disabled: boolean }): Command {
  const command = new Command(name).description(description).argument('<id>', 'of the webhook, whk_…');
  return withConnection(command).action(async (id: string, options: Options) => {
    const terminal = processTerminal(process.env);
    const answer = await ServiceClient.from(options, process.env).exchange({
      method: 'PATCH',
      path: pathOf(id),
      body: { text: JSON.stringify(change), mediaType: 'application/json' },
    });
    const changed = JSON.parse(answer.text) as WebhookDocument;
    if (options.json) printJson(terminal, changed);
    else printFields(terminal, fieldsOf(changed));
  });
}

function deleteCommand(): Command {
  const command = new Command('delete').description('delete a webhook').argument('<id>', 'of the webhook, whk_…');
  return withConnection(command).action(async (id: string, options: Options) => {
    const terminal = processTerminal(process.env);
    await ServiceClient.from(options, process.env).send('DELETE', pathOf(id));
    if (options.json) printJson(terminal, { id, deleted: true });
    else terminal.print(`${id} deleted`);
  });
}

function rotateCommand(): Command {
  const command = new Command('rotate-secret')
    .description('give a webhook another secret, which is printed once; for a day both sign')
    .argument('<id>', 'of the webhook, whk_…')
    .option('--overlap-s <s>', 'for so long both sign (default: 86400)', wholeNumber(0, MOST_OVERLAP_S));
  return withConnection(command).action(async (id: string, options: Options & { overlapS?: number }) => {
    const terminal = processTerminal(process.env);
    const body = options.overlapS === undefined ? {} : { overlap_s: options.overlapS };
    const client = ServiceClient.from(options, process.env);
    const rotated = await client.postJson<WithSecret>(`${pathOf(id)}/rotate-secret`, body);
    if (options.json) return printJson(terminal, rotated);
    terminal.print(rotated.secret);
    terminal.note('keep it now, it is not shown again');
  });
}

import { Command } from 'commander';
import { wholeNumber, withConnection } from '../options.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { harmless, printJson, processTerminal, type Terminal } from '../terminal.ts';

interface DeliveryDocument {
  readonly id: string;
  readonly event: string;
  readonly state: string;
  readonly attempts: number;
  readonly created_at: string;
  readonly experiment_id: string | null;
}

interface WholeDocument extends DeliveryDocument {
  readonly log: readonly {
    readonly n: number;
    readonly at: string;
    readonly status: number | null;
    readonly error: string | null;
    readonly duration_ms: number;
    readonly answer: string;
  }[];
}

type Options = ConnectionOptions & { json?: boolean };

const MOST_LISTED = 100;

function pathOf(id: string, ...more: readonly string[]): string {
  return ['/v1/webhooks', ...[id, ...more].map(encodeURIComponent)].join('/');
}

function lineOf({ id, event, state, attempts, created_at, experiment_id }: DeliveryDocument): string {
  return `${id}  ${created_at}  ${state.padEnd(9)}  ${String(attempts).padStart(2)}×  ${event}${experiment_id === null ? '' : `  ${experiment_id}`}`;
}

function withWebhook(command: Command): Command {
  return withConnection(command.argument('<id>', 'of the webhook, whk_…'));
}

export function webhookTestCommand(): Command {
  const command = withWebhook(new Command('test').description('send a webhook the event webhook.test'));
  return command.action(async (id: string, options: Options) => {
    const terminal = processTerminal(process.env);
    const sent = await ServiceClient.from(options, process.env).postJson<DeliveryDocument>(pathOf(id, 'test'));
    if (options.json) return printJson(terminal, sent);
    terminal.print(lineOf(sent));
    terminal.note(`how it went: benchwright webhooks deliveries ${id} ${sent.id}`);
  });
}

export function webhookDeliveriesCommand(): Command {
  const command = withWebhook(
    new Command('deliveries').description('what was and is to be sent, newest first; or one of it'),
  )
    .argument('[delivery]', 'with what came of each attempt, dlv_…')
    .option('--limit <n>', 'so many of them', wholeNumber(1, MOST_LISTED));
  return command.action(async (id: string, delivery: string | undefined, options: Options & { limit?: number }) => {
    const terminal = processTerminal(process.env);
    const client = ServiceClient.from(options, process.env);
    if (delivery !== undefined) {
      const one = await client.getJson<WholeDocument>(pathOf(id, 'deliveries', delivery));
      return options.json ? printJson(terminal, one) : printOne(terminal, one);
    }
    const limit = options.limit === undefined ? '' : `?limit=${options.limit}`;
    const page = await client.getJson<{ deliveries: DeliveryDocument[] }>(`${pathOf(id, 'deliveries')}${limit}`);
    if (options.json) return printJson(terminal, page);
    for (const each of page.deliveries) terminal.print(lineOf(each));
  });
}

function printOne(terminal: Terminal, one: WholeDocument): void {
  terminal.print(lineOf(one));
  for (const { n, at, status, error, duration_ms, answer } of one.log) {
    terminal.print(`  ${n}  ${at}  ${status ?? 'no answer'}  ${duration_ms} ms${error === null ? '' : `  ${error}`}`);
    // What a receiver has said, who may be anybody.
    if (answer !== '') terminal.print(harmless(answer).replaceAll(/^/gm, '     '));
  }
}

export function webhookRedeliverCommand(): Command {
  const command = withWebhook(new Command('redeliver').description('send a delivery once more')).argument(
    '<delivery>',
    'dlv_…',
  );
  return command.action(async (id: string, delivery: string, options: Options) => {
    const terminal = processTerminal(process.env);
    const path = pathOf(id, 'deliveries', delivery, 'redeliver');
    const sent = await ServiceClient.from(options, process.env).postJson<DeliveryDocument>(path);
    if (options.json) printJson(terminal, sent);
    else terminal.print(lineOf(sent));
  });
}

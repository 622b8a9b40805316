import { Command } from 'commander';
import { wholeNumber, withConnection } from '../options.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { printFields, printList } from '../fields.ts';
import { printJson, processTerminal } from '../terminal.ts';
import { type AttemptLog, type DeliveryDocument, deliveryFields, printLog } from './attempt-log.ts';

type Options = ConnectionOptions & { json?: boolean };

const MOST_LISTED = 100;

function pathOf(id: string, ...more: readonly string[]): string {
  return ['/v1/webhooks', ...[id, ...more].map(encodeURIComponent)].join('/');
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
    printFields(terminal, deliveryFields(sent));
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
      const one = await client.getJson<DeliveryDocument & AttemptLog>(pathOf(id, 'deliveries', delivery));
      if (options.json) return printJson(terminal, one);
      printFields(terminal, deliveryFields(one));
      return printLog(terminal, one);
    }
    const limit = options.limit === undefined ? '' : `?limit=${options.limit}`;
    const page = await client.getJson<{ deliveries: DeliveryDocument[]; next: string | null }>(
      `${pathOf(id, 'deliveries')}${limit}`,
    );
    if (options.json) return printJson(terminal, page);
    const none = 'nothing was sent to it in the last 30 days';
    const lines = page.deliveries.map((each) => deliveryFields(each));
    printList(terminal, lines, { none, isCut: page.next !== null });
  });
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
    else printFields(terminal, deliveryFields(sent));
  });
}

import { Command } from 'commander';
import { printFields, printList } from '../fields.ts';
import { wholeNumber } from '../options.ts';
import { ServiceClient } from '../service-client.ts';
import { harmless, printJson, processTerminal } from '../terminal.ts';
import { type AttemptLog, type DeliveryDocument, deliveryFields, printLog } from './attempt-log.ts';
import { type HookOptions, hookPath, withHook } from './hook-documents.ts';

interface PostDocument extends DeliveryDocument {
  readonly kind: string;
  readonly subject: string;
}

const MOST_LISTED = 100;

/** The subject is of what a code host has sent. */
function fieldsOf(post: PostDocument): string[] {
  return deliveryFields(post, [post.kind.padEnd(13), harmless(post.subject)]);
}

export function hookPostsCommand(): Command {
  const command = withHook(
    new Command('posts').description(
      'the commit statuses and comments that a hook writes, newest first; or one of them',
    ),
  )
    .argument('[post]', 'with what came of each attempt, dlv_…')
    .option('--limit <n>', 'so many of them', wholeNumber(1, MOST_LISTED));
  return command.action(async (id: string, post: string | undefined, options: HookOptions & { limit?: number }) => {
    const terminal = processTerminal(process.env);
    const client = ServiceClient.from(options, process.env);
    if (post !== undefined) {
      const one = await client.getJson<PostDocument & AttemptLog>(hookPath(id, 'posts', post));
      if (options.json) return printJson(terminal, one);
      printFields(terminal, fieldsOf(one));
      return printLog(terminal, one);
    }
    const limit = options.limit === undefined ? '' : `?limit=${options.limit}`;
    const path = `${hookPath(id, 'posts')}${limit}`;
    const page = await client.getJson<{ posts: PostDocument[]; next: string | null }>(path);
    if (options.json) return printJson(terminal, page);
    const none = 'it wrote nothing in the last 30 days';
    printList(terminal, page.posts.map(fieldsOf), { none, isCut: page.next !== null });
  });
}

import { Command } from 'commander';
import { printFields, printList } from '../fields.ts';
import { repeatable, withConnection } from '../options.ts';
import { ServiceClient } from '../service-client.ts';
import { readSpecFile } from '../spec-file.ts';
import { printJson, processTerminal } from '../terminal.ts';
import { hookApproveCommand, hookDeliveriesCommand } from './hook-deliveries.ts';
import {
  type HookDocument,
  hookFields,
  type HookOptions,
  hookPath,
  type HookWithSecret,
  readSecretFile,
  withHook,
} from './hook-documents.ts';
import { hookPostsCommand } from './hook-posts.ts';
import { hookClearTokenCommand, hookRotateCommand, hookSetTokenCommand } from './hook-secrets.ts';

interface Settings {
  repo?: string;
  event: string[];
  branch: string[];
  template?: string;
  target?: string;
  server?: string;
  interface?: string;
  apiUrl?: string;
  comment?: string;
}

export function hooksCommand(): Command {
  return new Command('hooks')
    .description('addresses for the events of code hosts, which start experiments; needs a key with the scope admin')
    .addCommand(listCommand())
    .addCommand(createCommand())
    .addCommand(changeCommand())
    .addCommand(switchCommand('enable', 'let a hook start experiments again', { disabled: false }))
    .addCommand(switchCommand('disable', 'let a hook start nothing; its events are noted', { disabled: true }))
    .addCommand(deleteCommand())
    .addCommand(hookRotateCommand())
    .addCommand(hookSetTokenCommand())
    .addCommand(hookClearTokenCommand())
    .addCommand(hookDeliveriesCommand())
    .addCommand(hookApproveCommand())
    .addCommand(hookPostsCommand());
}

function withSettings(command: Command): Command {
  return command
    .option('--repo <owner/name>', 'events of another repository start nothing')
    .addOption(repeatable('--event <event>', 'push, pull-request or generic', 'pull-request, or generic'))
    .addOption(repeatable('--branch <pattern>', 'pushed to, or that a pull request goes to', '*'))
    .option('--template <file>', 'a spec with {{sha}} and others in its strings')
    .option('--target <name>', 'instead of a template: base against head of this target')
    .option('--server <name>', 'of the target')
    .option('--interface <name>', 'of the server')
    .option('--api-url <url>', 'of GitHub, for commit statuses and comments')
    .option('--comment <when>', 'never, failure or always');
}

/** What was given, as the service takes it. A template goes as the text of its file: the service reads it strictly. */
async function bodyOf({ event, branch, template, apiUrl, ...settings }: Settings): Promise<Record<string, unknown>> {
  const { repo, target, server, interface: by, comment } = settings;
  const given = { repo, target, server, interface: by, comment, api_url: apiUrl };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(event.length > 0 ? { events: event } : {}),
    ...(branch.length > 0 ? { branches: branch } : {}),
    ...(template === undefined ? {} : { template: (await readSpecFile(template, [])).body }),
  };
}

function listCommand(): Command {
  return withConnection(
    new Command('list').description('the hooks of the project; secrets are never shown again'),
  ).action(async (options: HookOptions) => {
    const terminal = processTerminal(process.env);
    const { hooks } = await ServiceClient.from(options, process.env).getJson<{ hooks: HookDocument[] }>('/v1/hooks');
    if (options.json) return printJson(terminal, { hooks });
    printList(terminal, hooks.map(hookFields), { none: 'the project has no hooks' });
  });
}

type Creation = HookOptions & Settings & { provider: string; secretFile?: string; tokenFile?: string };

function createCommand(): Command {
  const command = new Command('create')
    .description('make a hook; its secret is printed once')
    .argument('<name>', 'of the commit status, too')
    .option('--provider <provider>', 'github, gitlab or generic', 'github')
    .option('--secret-file <file>', 'a secret that the code host has made; default: one is made')
    .option('--token-file <file>', 'a token for commit statuses and comments');
  return withConnection(withSettings(command)).action(async (name: string, options: Creation) => {
    const terminal = processTerminal(process.env);
    const client = ServiceClient.from(options, process.env);
    const { provider, secretFile, tokenFile } = options;
    const made = await client.postJson<HookWithSecret>('/v1/hooks', {
      name,
      provider,
      ...(await bodyOf(options)),
      ...(secretFile === undefined ? {} : { secret: readSecretFile(secretFile) }),
      ...(tokenFile === undefined ? {} : { token: readSecretFile(tokenFile) }),
    });
    if (options.json) return printJson(terminal, made);
    if (made.secret !== null) terminal.print(made.secret);
    const keep = made.secret === null ? 'its secret is the one given' : 'keep the secret now, it is not shown again';
    terminal.note(`${made.id}: ${keep}`);
    // On a line of its own, where it can be copied from.
    terminal.note(`events go to\n${client.url}${made.path}`);
  });
}

async function patch(id: string, options: HookOptions, change: Record<string, unknown>): Promise<void> {
  const terminal = processTerminal(process.env);
  const answer = await ServiceClient.from(options, process.env).exchange({
    method: 'PATCH',
    path: hookPath(id),
    body: { text: JSON.stringify(change), mediaType: 'application/json' },
  });
  const changed = JSON.parse(answer.text) as HookDocument;
  if (options.json) printJson(terminal, changed);
  else printFields(terminal, hookFields(changed));
}

function changeCommand(): Command {
  const command = new Command('change').description('change what is given').option('--name <name>', 'another name');
  return withHook(withSettings(command)).action(
    async (id: string, options: HookOptions & Settings & { name?: string }) => {
      const name = options.name === undefined ? {} : { name: options.name };
      await patch(id, options, { ...name, ...(await bodyOf(options)) });
    },
  );
}

function switchCommand(name: string, description: string, change: { readonly disabled: boolean }): Command {
  return withHook(new Command(name).description(description)).action((id: string, options: HookOptions) =>
    patch(id, options, change),
  );
}

function deleteCommand(): Command {
  return withHook(new Command('delete').description('delete a hook; its experiments stay')).action(
    async (id: string, options: HookOptions) => {
      const terminal = processTerminal(process.env);
      await ServiceClient.from(options, process.env).send('DELETE', hookPath(id));
      if (options.json) printJson(terminal, { id, deleted: true });
      else terminal.print(`${id} deleted`);
    },
  );
}

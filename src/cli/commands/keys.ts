import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { formatKey, KEY_RANDOM_BYTES } from '../../core/key-format.ts';
import { printFields } from '../fields.ts';
import { repeatable, withConnection } from '../options.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { printJson, processTerminal } from '../terminal.ts';

interface KeyDocument {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly scopes: readonly string[];
  readonly hint?: string;
  readonly expires_at: string | null;
  readonly revoked_at?: string | null;
}

type Options = ConnectionOptions & { json?: boolean; project?: string };

export function keysCommand(): Command {
  return new Command('keys')
    .description('keys of the service')
    .addCommand(listCommand())
    .addCommand(createCommand())
    .addCommand(revokeCommand())
    .addCommand(generateCommand())
    .addCommand(recoverCommand())
    .addCommand(endLinksCommand());
}

/** Of another project than the key's own: for operators. */
function withProject(command: Command): Command {
  return command.option('--project <id>', 'of another project; needs an operator key');
}

function queryOf({ project }: { project?: string }): string {
  return project === undefined ? '' : `?project_id=${encodeURIComponent(project)}`;
}

function listCommand(): Command {
  const command = new Command('list').description('the keys of the project; secrets are never shown again');
  return withConnection(withProject(command)).action(async (options: Options) => {
    const terminal = processTerminal(process.env);
    const client = ServiceClient.from(options, process.env);
    const { keys } = await client.getJson<{ keys: KeyDocument[] }>(`/v1/keys${queryOf(options)}`);
    if (options.json) return printJson(terminal, { keys });
    for (const key of keys) {
      const state = key.revoked_at ? 'revoked' : (key.expires_at ?? 'no expiry');
      printFields(terminal, [key.id, key.type.padEnd(8), key.scopes.join(',').padEnd(24), state, key.name]);
    }
  });
}

function createCommand(): Command {
  const command = new Command('create')
    .description('make a key; it is printed once')
    .argument('<name>', 'what it is for')
    .addOption(repeatable('--scope <scope>', 'read, submit, run, admin or operator', 'read and submit'))
    .option('--expires-at <time>', 'RFC 3339, e.g. 2027-01-31T00:00:00Z');
  return withConnection(withProject(command)).action(
    async (name: string, options: Options & { scope: string[]; expiresAt?: string }) => {
      const terminal = processTerminal(process.env);
      const scopes = options.scope.length > 0 ? options.scope : ['read', 'submit'];
      const type = scopes.includes('run') ? 'runner' : scopes.includes('operator') ? 'operator' : 'user';
      const project = options.project === undefined ? {} : { project_id: options.project };
      const body = { name, type, scopes, expires_at: options.expiresAt ?? null, ...project };
      const made = await ServiceClient.from(options, process.env).postJson<KeyDocument & { key: string }>(
        '/v1/keys',
        body,
      );
      if (options.json) return printJson(terminal, made);
      terminal.print(made.key);
      terminal.note(`${made.id}: keep it now, it is not shown again`);
    },
  );
}

function revokeCommand(): Command {
  const command = new Command('revoke').description('end a key at once').argument('<id>', 'of the key, key_…');
  return withConnection(withProject(command)).action(async (id: string, options: Options) => {
    const terminal = processTerminal(process.env);
    const client = ServiceClient.from(options, process.env);
    await client.send('DELETE', `/v1/keys/${encodeURIComponent(id)}${queryOf(options)}`);
    if (options.json) printJson(terminal, { id, revoked: true });
    else terminal.print(`${id} revoked`);
  });
}

function generateCommand(): Command {
  return new Command('generate')
    .description('make an operator key without a service; `serve` takes it from BENCHWRIGHT_OPERATOR_KEY')
    .option('--json', 'print one JSON document and nothing else')
    .action((options: { json?: boolean }) => {
      const terminal = processTerminal(process.env);
      const key = formatKey('operator', randomBytes(KEY_RANDOM_BYTES));
      if (options.json) return printJson(terminal, { key });
      terminal.print(key);
      terminal.note('for the service: BENCHWRIGHT_OPERATOR_KEY; for the other commands: BENCHWRIGHT_KEY');
    });
}

function recoverCommand(): Command {
  return new Command('recover')
    .description('make a new operator key in the database of a service that is stopped; the other keys stay')
    .option('--data-dir <folder>', 'where the database lives, unless DATABASE_URL is set', '.benchwright')
    .option('--json', 'print one JSON document and nothing else')
    .action(async (options: { dataDir: string; json?: boolean }) => {
      const terminal = processTerminal(process.env);
      const { recoverOperatorKey } = await import('../../api/recover-key.ts');
      const key = await recoverOperatorKey({
        dataDir: resolve(options.dataDir),
        databaseUrl: process.env['DATABASE_URL'],
      });
      if (options.json) return printJson(terminal, { key });
      terminal.print(key);
      terminal.note('keep it now, it is not shown again: export BENCHWRIGHT_KEY=…');
    });
}

function endLinksCommand(): Command {
  return new Command('end-links')
    .description('end every share link of a service that is stopped, by a new secret; keys stay')
    .option('--data-dir <folder>', 'where the database lives, unless DATABASE_URL is set', '.benchwright')
    .option('--json', 'print one JSON document and nothing else')
    .action(async (options: { dataDir: string; json?: boolean }) => {
      const terminal = processTerminal(process.env);
      const { endLinks } = await import('../../api/end-links.ts');
      const ended = await endLinks({ dataDir: resolve(options.dataDir), databaseUrl: process.env['DATABASE_URL'] });
      if (options.json) return printJson(terminal, { ended });
      terminal.print(ended ? 'every share link has ended; share again for new ones' : 'no share link was out');
    });
}

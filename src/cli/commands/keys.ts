import { Command } from 'commander';
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

type Options = ConnectionOptions & { json?: boolean };

export function keysCommand(): Command {
  return new Command('keys')
    .description('keys of the service')
    .addCommand(listCommand())
    .addCommand(createCommand())
    .addCommand(revokeCommand());
}

function listCommand(): Command {
  return withConnection(
    new Command('list').description('the keys of the project; secrets are never shown again'),
  ).action(async (options: Options) => {
    const terminal = processTerminal(process.env);
    const { keys } = await ServiceClient.from(options, process.env).getJson<{ keys: KeyDocument[] }>('/v1/keys');
    if (options.json) return printJson(terminal, { keys });
    for (const key of keys) {
      const state = key.revoked_at ? 'revoked' : (key.expires_at ?? 'no expiry');
      terminal.print(`${key.id}  ${key.type.padEnd(8)}  ${key.scopes.join(',').padEnd(24)}  ${state}  ${key.name}`);
    }
  });
}

function createCommand(): Command {
  const command = new Command('create')
    .description('make a key; it is printed once')
    .argument('<name>', 'what it is for')
    .addOption(repeatable('--scope <scope>', 'read, submit, run, admin or operator', 'read and submit'))
    .option('--expires-at <time>', 'RFC 3339, e.g. 2027-01-31T00:00:00Z');
  return withConnection(command).action(
    async (name: string, options: Options & { scope: string[]; expiresAt?: string }) => {
      const terminal = processTerminal(process.env);
      const scopes = options.scope.length > 0 ? options.scope : ['read', 'submit'];
      const type = scopes.includes('run') ? 'runner' : scopes.includes('operator') ? 'operator' : 'user';
      const body = { name, type, scopes, expires_at: options.expiresAt ?? null };
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
  return withConnection(new Command('revoke').description('end a key at once').argument('<id>', 'of the key, key_…')).action(
    async (id: string, options: Options) => {
      const terminal = processTerminal(process.env);
      await ServiceClient.from(options, process.env).send('DELETE', `/v1/keys/${encodeURIComponent(id)}`);
      if (options.json) printJson(terminal, { id, revoked: true });
      else terminal.print(`${id} revoked`);
    },
  );
}

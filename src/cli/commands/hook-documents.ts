import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CommandError, EXIT } from '../exit-codes.ts';
import { withConnection } from '../options.ts';
import type { ConnectionOptions } from '../service-client.ts';

/** A hook as the service tells of it. */
export interface HookDocument {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly path: string;
  readonly repo: string | null;
  readonly events: readonly string[];
  readonly branches: readonly string[];
  readonly has_token: boolean;
  readonly disabled_at: string | null;
}

/** Null: the secret is the one that was given. */
export type HookWithSecret = HookDocument & { readonly secret: string | null };
export type HookOptions = ConnectionOptions & { json?: boolean };

export function hookPath(id: string, ...more: readonly string[]): string {
  return ['/v1/hooks', ...[id, ...more].map(encodeURIComponent)].join('/');
}

export function hookFields(hook: HookDocument): string[] {
  const { id, name, provider, repo, events, branches, has_token, disabled_at } = hook;
  const state = disabled_at === null ? 'enabled' : 'disabled';
  const what = `${events.join(',')} of ${branches.join(',')}`;
  return [id, state, provider, repo ?? 'any repository', what, has_token ? 'token' : 'no token', name];
}

export function withHook(command: Command): Command {
  return withConnection(command.argument('<id>', 'of the hook, hok_…'));
}

/** Secrets come from files, never from the command line, where `ps` shows them. */
export function readSecretFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.badInput, `cannot read ${file}: ${why}`);
  }
}

import { formatKey, KEY_RANDOM_BYTES, keyLastFour, keyPrefix, type KeyType, type Scope } from '../core/key-format.ts';
import { makeId } from '../core/id.ts';
import type { NewKey } from '../db/keys.ts';
import type { Deps } from './deps.ts';
import { sha256Hex } from './digest.ts';

export interface KeyOptions {
  readonly project_id: string;
  readonly name: string;
  readonly type: KeyType;
  readonly scopes: readonly Scope[];
  readonly expires_at: Date | null;
}

/** A new key: its text, which is shown once, and the row that is stored. */
export async function makeKey(
  source: Pick<Deps, 'uuid' | 'randomBytes'>,
  options: KeyOptions,
): Promise<{ text: string; row: NewKey }> {
  const text = formatKey(options.type, source.randomBytes(KEY_RANDOM_BYTES));
  return { text, row: await keyRow(source, text, options) };
}

/** The row of a key whose text there is already. */
export async function keyRow({ uuid }: Pick<Deps, 'uuid'>, text: string, options: KeyOptions): Promise<NewKey> {
  return {
    ...options,
    id: makeId('key', uuid),
    prefix: keyPrefix(text),
    last_four: keyLastFour(text),
    hash: sha256Hex(text),
  };
}

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
  const row: NewKey = {
    ...options,
    id: makeId('key', source.uuid),
    prefix: keyPrefix(text),
    last_four: keyLastFour(text),
    hash: await sha256Hex(text),
  };
  return { text, row };
}

import type { Context } from 'hono';
import { AppError } from '../core/errors.ts';
import { keyType, type Scope } from '../core/key-format.ts';
import { findKey } from '../db/keys.ts';
import type { AppEnv, Caller, Deps } from './deps.ts';
import { sha256Hex } from './digest.ts';
import { countRefusedKey, refuseGuesses } from './rate-limit.ts';

/** Who holds the key of the `Authorization: Bearer` header. A refused one is counted. Throws unauthorized, rate-limited. */
export function authenticate(deps: Deps, c: Context<AppEnv>): Promise<Caller> {
  const text = /^Bearer\s+(\S+)\s*$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  return callerOfKey(deps, c, text);
}

/** Who holds the key of that text. One that is refused, or missing, is counted. Throws unauthorized, rate-limited. */
export async function callerOfKey(deps: Deps, c: Context<AppEnv>, text: string | undefined): Promise<Caller> {
  try {
    return await checkedKey(deps, c, text);
  } catch (error) {
    if (error instanceof AppError && error.code === 'unauthorized') await countRefusedKey(deps, c);
    throw error;
  }
}

async function checkedKey(deps: Deps, c: Context<AppEnv>, text: string | undefined): Promise<Caller> {
  if (text === undefined) throw new AppError('unauthorized', 'expected the header `Authorization: Bearer bw_…`');
  if (keyType(text) === null) {
    throw new AppError('unauthorized', 'this is no key of Benchwright: its form or its checksum does not fit');
  }
  const hash = sha256Hex(text);
  const good = c.get('good_keys');
  if (!good.has(hash)) refuseGuesses(deps, c);
  const caller = await callerOfHash(deps, hash);
  good.note(hash, caller !== null);
  if (caller === null) throw new AppError('unauthorized', 'the key is unknown, expired or revoked');
  return caller;
}

/** Who holds the key of that SHA-256; null: it is unknown, expired or revoked. */
export async function callerOfHash({ db }: Pick<Deps, 'db'>, hash: string): Promise<Caller | null> {
  const key = await findKey(db, hash);
  if (key === null) return null;
  return { key_id: key.id, project_id: key.project_id, type: key.type, scopes: key.scopes as Scope[] };
}

/** Throws forbidden when the caller's key does not have the scope. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.scopes.includes(scope)) return;
  const has = caller.scopes.length > 0 ? caller.scopes.join(', ') : 'none';
  throw new AppError('forbidden', `the scope \`${scope}\` is needed; this key has: ${has}`);
}

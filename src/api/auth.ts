import type { Context } from 'hono';
import { AppError } from '../core/errors.ts';
import { keyType, type Scope } from '../core/key-format.ts';
import { findKey } from '../db/keys.ts';
import type { AppEnv, Caller, Deps } from './deps.ts';
import { sha256Hex } from './digest.ts';
import { refuseGuesses } from './rate-limit.ts';

/** Who holds the key of the `Authorization: Bearer` header. Throws unauthorized, rate-limited. */
export async function authenticate(deps: Deps, c: Context<AppEnv>): Promise<Caller> {
  const text = /^Bearer\s+(\S+)\s*$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  if (text === undefined) throw new AppError('unauthorized', 'expected the header `Authorization: Bearer bw_…`');
  if (keyType(text) === null) {
    throw new AppError('unauthorized', 'this is no key of Benchwright: its form or its checksum does not fit');
  }
  const hash = sha256Hex(text);
  const good = c.get('good_keys');
  if (!good.has(hash)) refuseGuesses(deps, c);
  const key = await findKey(deps.db, hash);
  good.note(hash, key !== null);
  if (key === null) throw new AppError('unauthorized', 'the key is unknown, expired or revoked');
  return { key_id: key.id, project_id: key.project_id, type: key.type, scopes: key.scopes as Scope[] };
}

/** Throws forbidden when the caller's key does not have the scope. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.scopes.includes(scope)) return;
  const has = caller.scopes.length > 0 ? caller.scopes.join(', ') : 'none';
  throw new AppError('forbidden', `the scope \`${scope}\` is needed; this key has: ${has}`);
}

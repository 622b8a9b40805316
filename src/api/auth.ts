import { AppError } from '../core/errors.ts';
import { keyType, type Scope } from '../core/key-format.ts';
import { findKey } from '../db/keys.ts';
import type { Caller, Deps } from './deps.ts';
import { sha256Hex } from './digest.ts';

/** Who holds the key of an `Authorization: Bearer` header. Throws unauthorized. */
export async function authenticate(deps: Deps, authorization: string | undefined): Promise<Caller> {
  const text = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];
  if (text === undefined) throw new AppError('unauthorized', 'expected the header `Authorization: Bearer bw_…`');
  if (keyType(text) === null) {
    throw new AppError('unauthorized', 'this is no key of Benchwright: its form or its checksum does not fit');
  }
  const key = await findKey(deps.db, sha256Hex(text));
  if (key === null) throw new AppError('unauthorized', 'the key is unknown, expired or revoked');
  return { key_id: key.id, project_id: key.project_id, type: key.type, scopes: key.scopes as Scope[] };
}

/** Throws forbidden when the caller's key does not have the scope. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.scopes.includes(scope)) return;
  const has = caller.scopes.length > 0 ? caller.scopes.join(', ') : 'none';
  throw new AppError('forbidden', `the scope \`${scope}\` is needed; this key has: ${has}`);
}

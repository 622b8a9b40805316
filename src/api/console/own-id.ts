import type { Context } from 'hono';
import { AppError } from '../../core/errors.ts';
import { ID_PREFIXES, type IdKind } from '../../core/id.ts';
import type { AppEnv } from '../deps.ts';

/** An id of the page's address, which becomes part of an address of the API. Throws not-found for what cannot be one. */
export function ownId(c: Context<AppEnv>, kind: IdKind, parameter = 'id'): string {
  const id = c.req.param(parameter) ?? '';
  const prefix = ID_PREFIXES[kind];
  if (id.startsWith(prefix) && /^[0-9a-f]{32}$/.test(id.slice(prefix.length))) return id;
  throw new AppError('not-found', `no ${kind} has this id`);
}

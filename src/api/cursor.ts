import { AppError } from '../core/errors.ts';
import type { ExperimentCursor } from '../db/experiments-list.ts';
import { fromBase64Url, toBase64Url } from './digest.ts';

/** Opaque to clients: what is in it may change. */
export function encodeCursor(cursor: ExperimentCursor): string {
  return toBase64Url(new TextEncoder().encode(`${cursor.created_at.toISOString()} ${cursor.id}`));
}

/** Throws invalid-request for a text that this service did not make. */
export function decodeCursor(text: string): ExperimentCursor {
  const [created = '', id = ''] = new TextDecoder().decode(fromBase64Url(text) ?? new Uint8Array()).split(' ');
  const created_at = new Date(created);
  // A database has no year 0.
  const isTime =
    /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(created) && !Number.isNaN(created_at.getTime());
  if (isTime && /^exp_[0-9a-f]{32}$/.test(id)) return { created_at, id };
  const detail = 'expected the cursor of a `next` link, unchanged';
  throw new AppError('invalid-request', `cursor: ${detail}`, { problems: [{ pointer: '/query/cursor', detail }] });
}

import { AppError } from '../core/errors.ts';
import type { Provider } from '../core/origin.ts';
import { decodeUtf8, mediaTypeOf, parseText } from './body.ts';

/**
 * A pull request has some 30 kB. GitHub sends up to 25 MB, for a push of thousands of commits, which this refuses: whoever knows no
 * secret may send as much, and it is in memory whole before the signature can be seen.
 */
export const MAX_HOOK_BYTES = 8 * 1024 * 1024;
/** So much beyond is read of who is not known yet, so that a small excess is told and not cut. */
export const MAX_DISCARDED_HOOK_BYTES = 1024 * 1024;

const JSON_TYPE = 'application/json';
/** As GitHub sends it where nothing else was chosen: JSON in the field `payload`. */
const FORM_TYPE = 'application/x-www-form-urlencoded';
const FIELD = 'payload';

/** The types in which a code host sends its events. */
export function hookTypes(provider: Provider): readonly string[] {
  return provider === 'github' ? [JSON_TYPE, FORM_TYPE] : [JSON_TYPE];
}

/** The payload of an event whose sender is known. Throws unsupported-media-type, malformed-body. */
export function hookPayload(provider: Provider, headers: Headers, bytes: Uint8Array): unknown {
  const types = hookTypes(provider);
  const type = mediaTypeOf(headers, (essence) => types.includes(essence), types.join(' or '));
  const text = decodeUtf8(bytes);
  return parseText(type === FORM_TYPE ? fieldOf(text) : text, 'json');
}

function fieldOf(form: string): string {
  const [value, ...more] = new URLSearchParams(form).getAll(FIELD);
  if (value !== undefined && more.length === 0) return value;
  throw new AppError(
    'malformed-body',
    `expected the field \`${FIELD}\` once, got it ${value === undefined ? 'not at all' : 'again'}`,
  );
}

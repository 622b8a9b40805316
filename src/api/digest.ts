import { createHash } from 'node:crypto';

/**
 * Digests and their spellings. Not by WebCrypto: each of its digests is a trip to another thread, which on Node took a tenth of a
 * claim's time in the service. Workers have `node:crypto` too.
 */

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Null when the text is not base64url. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

export function sha256Hex(input: Uint8Array | string): string {
  return createHash('sha256').update(input).digest('hex');
}

export function sha256Base64(input: Uint8Array | string): string {
  return createHash('sha256').update(input).digest('base64');
}

/**
 * Whether the header's sha-256 (RFC 9530: `sha-256=:base64:`, other algorithms beside it are passed over) is that of the
 * bytes; null when the header has none that can be read.
 */
export function matchesReprDigest(header: string | undefined, bytes: Uint8Array): boolean | null {
  const named = header
    ?.split(',')
    .map((part) => /^\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*$/.exec(part)?.[1])
    .find((value) => value !== undefined);
  return named === undefined ? null : named === sha256Base64(bytes);
}

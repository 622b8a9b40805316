/** Digests and signatures by WebCrypto, which Node and Workers share. */

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

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

async function sha256(input: Uint8Array | string): Promise<ArrayBuffer> {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : new Uint8Array(input);
  return crypto.subtle.digest('SHA-256', bytes);
}

export async function sha256Hex(input: Uint8Array | string): Promise<string> {
  return toHex(await sha256(input));
}

export async function sha256Base64(input: Uint8Array | string): Promise<string> {
  return toBase64(new Uint8Array(await sha256(input)));
}

/**
 * Whether the header's sha-256 (RFC 9530: `sha-256=:base64:`, other algorithms beside it are passed over) is that of the
 * bytes; null when the header has none that can be read.
 */
export async function matchesReprDigest(header: string | undefined, bytes: Uint8Array): Promise<boolean | null> {
  const named = header
    ?.split(',')
    .map((part) => /^\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*$/.exec(part)?.[1])
    .find((value) => value !== undefined);
  return named === undefined ? null : named === (await sha256Base64(bytes));
}

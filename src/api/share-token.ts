import { fromBase64Url, toBase64Url } from './digest.ts';

/** 128 bits of the HMAC: guessing one is hopeless, and the link stays short enough to send. */
const TAG_BYTES = 16;
const FORM = /^(exp_[0-9a-f]{32})\.([0-9]{1,9})\.([A-Za-z0-9_-]{22})$/;

export interface SharedAs {
  readonly id: string;
  /** The link's generation: a later one revokes it. */
  readonly share_version: number;
}

async function tag(secret: Uint8Array, { id, share_version }: SharedAs): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', new Uint8Array(secret), algorithm, false, ['sign']);
  const text = new TextEncoder().encode(`share\0${id}\0${share_version}`);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, text)).subarray(0, TAG_BYTES);
}

/** `{experiment id}.{version}.{tag}`: only who was given the link can read the page. */
export async function makeShareToken(secret: Uint8Array, shared: SharedAs): Promise<string> {
  return `${shared.id}.${shared.share_version}.${toBase64Url(await tag(secret, shared))}`;
}

/** What a token was signed for; null when this service did not sign it. Every byte is compared: time tells nothing. */
export async function readShareToken(secret: Uint8Array, token: string): Promise<SharedAs | null> {
  const [, id = '', version = '', signature = ''] = FORM.exec(token) ?? [];
  const given = fromBase64Url(signature);
  if (id === '' || given === null || given.length !== TAG_BYTES) return null;
  const shared = { id, share_version: Number(version) };
  const expected = await tag(secret, shared);
  const difference = expected.reduce((sum, byte, i) => sum | (byte ^ (given[i] ?? 0)), 0);
  return difference === 0 ? shared : null;
}

import { sha256Hex, toBase64 } from './digest.ts';

/** Secrets as they are stored: AES-256-GCM by WebCrypto, which Node and Workers share. */

type CryptoKeyOf = Awaited<ReturnType<typeof crypto.subtle.deriveKey>>;

export interface BoxKey {
  /** The first 8 hex digits of the SHA-256 of the service's key: names it, and tells nothing of it. */
  readonly id: string;
  readonly key: CryptoKeyOf;
}

/** The key that seals, and during a rotation the one before it, which still opens. */
export interface Keyring {
  readonly current: BoxKey;
  readonly previous: BoxKey | null;
}

/** The row that a sealed text belongs to: in another one it cannot be opened. */
export interface SealedFor {
  readonly id: string;
  readonly purpose: string;
}

export interface Sealed {
  readonly key_id: string;
  /** Base64 of nonce, ciphertext and tag. */
  readonly sealed: string;
}

/** 96 bits, as GCM wants them (NIST SP 800-38D, 8.2): drawn at random, fine for some 2³² seals under one key. */
const NONCE_BYTES = 12;
const KEY_ID_DIGITS = 8;

/** A text was sealed with a key that the service does not have. */
export class UnknownKeyError extends Error {
  readonly key_id: string;

  constructor(key_id: string) {
    super(`a secret is sealed with the key ${key_id}, which the service does not have`);
    this.name = 'UnknownKeyError';
    this.key_id = key_id;
  }
}

/** From ≥ 32 random bytes. By way of HKDF, so that the same bytes may serve another end elsewhere. */
async function boxKey(secret: Uint8Array): Promise<BoxKey> {
  const bytes = new Uint8Array(secret);
  const base = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
  const info = new TextEncoder().encode('benchwright secret box');
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info };
  const key = await crypto.subtle.deriveKey(how, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  return { id: sha256Hex(bytes).slice(0, KEY_ID_DIGITS), key };
}

export async function makeKeyring(current: Uint8Array, previous: Uint8Array | null): Promise<Keyring> {
  return { current: await boxKey(current), previous: previous === null ? null : await boxKey(previous) };
}

function parameters(row: SealedFor, nonce: Uint8Array<ArrayBuffer>) {
  return { name: 'AES-GCM', iv: nonce, additionalData: new TextEncoder().encode(`${row.id}\0${row.purpose}`) };
}

export async function seal(
  { current }: Keyring,
  row: SealedFor,
  secret: Uint8Array,
  randomBytes: (count: number) => Uint8Array,
): Promise<Sealed> {
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  const ciphertext = await crypto.subtle.encrypt(parameters(row, nonce), current.key, new Uint8Array(secret));
  const sealed = new Uint8Array(NONCE_BYTES + ciphertext.byteLength);
  sealed.set(nonce);
  sealed.set(new Uint8Array(ciphertext), NONCE_BYTES);
  return { key_id: current.id, sealed: toBase64(sealed) };
}

/** Throws UnknownKeyError; and for a text that was changed, or belongs to another row or purpose, what WebCrypto throws. */
export async function unseal(keyring: Keyring, row: SealedFor & Sealed): Promise<Uint8Array> {
  const key = [keyring.current, keyring.previous].find((known) => known?.id === row.key_id)?.key;
  if (key === undefined) throw new UnknownKeyError(row.key_id);
  const bytes = Uint8Array.from(atob(row.sealed), (c) => c.charCodeAt(0));
  const nonce = bytes.slice(0, NONCE_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt(parameters(row, nonce), key, bytes.slice(NONCE_BYTES)));
}

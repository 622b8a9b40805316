/** The text of an API key: `bw_<type>_` + 160 random bits in base62 + 6 characters of checksum. */

export const KEY_TYPES = ['user', 'runner', 'operator'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** read: see; submit: start, cancel, delete, share; run: the runner protocol; admin: keys and runners of the project; operator: the instance. */
export const SCOPES = ['read', 'submit', 'run', 'admin', 'operator'] as const;
export type Scope = (typeof SCOPES)[number];

export const KEY_RANDOM_BYTES = 20;
/** 62^27 > 2^160. */
const RANDOM_LENGTH = 27;
/** 62^6 > 2^32. */
const CHECKSUM_LENGTH = 6;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FORM = new RegExp(`^bw_(${KEY_TYPES.join('|')})_[0-9A-Za-z]{${RANDOM_LENGTH}}([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`);

function base62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  while (text.length < length) {
    text = (ALPHABET[Number(rest % 62n)] ?? '') + text;
    rest /= 62n;
  }
  return text;
}

/** CRC-32 (ISO-HDLC, as in zlib and PNG) of ASCII text. */
export function crc32(ascii: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < ascii.length; i += 1) {
    crc ^= ascii.charCodeAt(i);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function checksum(ascii: string): string {
  return base62(BigInt(crc32(ascii)), CHECKSUM_LENGTH);
}

/** Makes the text of a key. `random`: at least `KEY_RANDOM_BYTES` bytes from a cryptographic source. */
export function formatKey(type: KeyType, random: Uint8Array): string {
  if (random.length < KEY_RANDOM_BYTES) throw new RangeError(`a key needs ${KEY_RANDOM_BYTES} random bytes`);
  let value = 0n;
  for (const byte of random.subarray(0, KEY_RANDOM_BYTES)) value = value * 256n + BigInt(byte);
  const body = `bw_${type}_${base62(value, RANDOM_LENGTH)}`;
  return body + checksum(body);
}

/** The type of a well-formed key, else null: a slip in copying is seen without asking the database. */
export function keyType(text: string): KeyType | null {
  const match = FORM.exec(text);
  if (!match) return null;
  return checksum(text.slice(0, -CHECKSUM_LENGTH)) === match[2] ? (match[1] as KeyType) : null;
}

/** What may be shown of a key after its creation. */
export function keyPrefix(text: string): string {
  return text.slice(0, text.lastIndexOf('_') + 5);
}

export function keyLastFour(text: string): string {
  return text.slice(-4);
}

import { sha256Hex } from './digest.ts';

/** Whether the bytes are equal. Every one is compared: how long that takes tells nothing but their number, which is no secret. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  return a.reduce((difference, byte, i) => difference | (byte ^ (b[i] ?? 0)), 0) === 0;
}

/** The same of texts whose length is a secret, too: their digests are compared. */
export function equalTexts(a: string, b: string): boolean {
  const encoder = new TextEncoder();
  return equalBytes(encoder.encode(sha256Hex(a)), encoder.encode(sha256Hex(b)));
}

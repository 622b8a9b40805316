import { type Random, seededRandom } from '../../../src/core/random.ts';

const POOL_BYTES = 128 * 1024;
/** What would mislead a parser that looks for it inside a body. */
const TRAPS = [
  '\r\n',
  '\r\n\r\n',
  '0\r\n\r\n',
  '\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\n',
  'Content-Length: 3\r\n\r\n',
  '\n',
  '\r',
];

/** One of them, each equally likely. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** A whole number from `lo` to `hi`, both included. */
export function between(random: Random, lo: number, hi: number): number {
  return lo + Math.floor(random() * (hi - lo + 1));
}

/** Every byte there is, in runs between traps; bodies are cut out of it. */
const pool = makePool();

function makePool(): string {
  const random = seededRandom(1, 'bodies');
  let text = '';
  while (text.length < POOL_BYTES) {
    text += random() < 0.1 ? pick(random, TRAPS) : String.fromCharCode(between(random, 0, 255));
  }
  return text.slice(0, POOL_BYTES);
}

/** Mostly short; one in 500 longer than one read of the engine. */
function bodyLength(random: Random): number {
  const kind = random();
  if (kind < 0.1) return 0;
  if (kind < 0.985) return Math.floor(random() ** 4 * 800);
  return Math.floor(random() * (kind < 0.998 ? 9_000 : 70_000));
}

export function makeBody(random: Random): string {
  return bytesOf(random, bodyLength(random));
}

/** So many bytes of any kind, not more than the pool has. */
export function bytesOf(random: Random, length: number): string {
  const from = Math.floor(random() * (POOL_BYTES - length));
  return pool.slice(from, from + length);
}

const EXTENSIONS = ['', '', '', '', ';ext=1', ';a', ';a=b;c="d \\" e"', ';q="\u00e9"'];
const TRAILERS = ['X-Trailer: 1\r\n', 'Expires: 0\r\n', 'x:\r\n', 'ETag: "a"\r\n'];

/** In chunks of any sizes, with its trailer and the empty line. */
export function chunked(random: Random, body: string): string {
  let out = '';
  let at = 0;
  while (at < body.length) {
    const size = random() < 0.3 ? body.length - at : between(random, 1, Math.min(body.length - at, 600));
    out += `${sizeText(random, size)}${pick(random, EXTENSIONS)}\r\n${body.slice(at, at + size)}\r\n`;
    at += size;
  }
  const last = random() < 0.1 ? '000' : '0';
  out += `${last}${random() < 0.05 ? pick(random, EXTENSIONS) : ''}\r\n`;
  if (random() < 0.2) for (let i = between(random, 1, 3); i > 0; i -= 1) out += pick(random, TRAILERS);
  return `${out}\r\n`;
}

function sizeText(random: Random, size: number): string {
  const text = size.toString(16);
  const kind = random();
  if (kind < 0.3) return text.toUpperCase();
  return kind < 0.35 ? text.padStart(between(random, 1, 12), '0') : text;
}

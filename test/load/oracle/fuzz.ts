import { type Random, seededRandom } from '../../../src/core/random.ts';
import { ResponseParser } from '../../../src/load/response-parser.ts';
import { between, bytesOf, pick } from './make-body.ts';
import { makeCase, makeCuts } from './make-case.ts';
import { caseText, type ParserCase } from './parser-case.ts';
import { spoil } from './spoil.ts';

/** Words of the protocol, and what stands between them; `~` is CR LF. */
const WORDS = (
  'HTTP/1.1 200 OK~|HTTP/1.1 |HTTP/1.0 |HTTP/|200|100|204|304| |\t|:|,|;|=|~|~|~|~~|\r|\n|\u0000|"|a|0|1|f|5~hello~|0~~|' +
  'Content-Length: |content-length:|Transfer-Encoding: |chunked|gzip|Connection: |close|keep-alive'
)
  .replaceAll('~', '\r\n')
  .split('|');

/** Bytes that nobody would send: words in any order, noise, or an answer spoilt over and over. */
export function makeFuzz(seed: number, index: number): ParserCase {
  const random = seededRandom(seed * 2 ** 32 + index, 'fuzz');
  const bytes = makeBytes(random, seed, index);
  const methods = [random() < 0.1 ? 'HEAD' : 'GET'] as const;
  return { methods, bytes, cuts: makeCuts(random, bytes), ends: true };
}

function makeBytes(random: Random, seed: number, index: number): string {
  const kind = random();
  if (kind < 0.2) return bytesOf(random, between(random, 0, 300));
  if (kind < 0.7) {
    const start = random() < 0.7 ? 'HTTP/1.1 200 OK\r\n' : '';
    return start + Array.from({ length: between(random, 0, 30) }, () => pick(random, WORDS)).join('');
  }
  let { bytes } = makeCase(seed, index);
  for (let times = between(random, 2, 8); times > 0; times -= 1) bytes = spoil(bytes, random);
  return bytes;
}

interface End {
  readonly state: string;
  readonly status: number;
  readonly bodyBytes: number;
  readonly keepAlive: boolean;
  /** Bytes that belong to the answer. */
  readonly used: number;
}

const one = new ResponseParser();

/**
 * Feeds one case to the parser of an answer, whole and in its pieces.
 * @returns what is wrong: an error, no progress, more body than bytes, an end that is none, or another outcome when cut; null: nothing.
 */
export function fuzzProblem(made: ParserCase, parser: ResponseParser = one): string | null {
  const bytes = Buffer.from(made.bytes, 'latin1');
  try {
    const whole = feed(parser, made, bytes, []);
    const cut = feed(parser, made, bytes, made.cuts);
    if (JSON.stringify(whole) === JSON.stringify(cut)) return null;
    return `cut ${JSON.stringify(cut)}, whole ${JSON.stringify(whole)}: ${caseText(made)}`;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}: ${caseText(made)}`;
  }
}

function feed(parser: ResponseParser, { methods }: ParserCase, bytes: Uint8Array, cuts: readonly number[]): End {
  parser.reset(methods[0] === 'HEAD', true);
  let used = 0;
  for (const to of [...cuts, bytes.length]) {
    const at = used;
    used = parser.push(bytes, at, to);
    const isOver = parser.state === 'done' || parser.state === 'failed';
    if (used < at || used > to || (!isOver && used !== to)) throw new Error(`it read to ${used} of ${at} to ${to}`);
    if (isOver) break;
  }
  if (parser.state !== 'failed') parser.end();
  const { state, status, bodyBytes, keepAlive } = parser;
  if (state !== 'done' && state !== 'failed') throw new Error(`it ended in state ${state}`);
  if (bodyBytes > used) throw new Error(`it counted ${bodyBytes} bytes of body in ${used}`);
  // Of a failure nothing but that it failed is said to anyone.
  if (state === 'failed') return { state, status: 0, bodyBytes: 0, keepAlive: false, used: 0 };
  return { state, status, bodyBytes, keepAlive, used };
}

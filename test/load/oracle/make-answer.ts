import { type Random, shuffled } from '../../../src/core/random.ts';
import { between, chunked, makeBody, pick } from './make-body.ts';
import type { Method } from './parser-case.ts';

/** A whole answer that RFC 9112 allows, in any of the forms it allows. */
export interface MadeAnswer {
  readonly text: string;
  /** Nothing can follow it on its connection. */
  readonly isLast: boolean;
  /** Only the end of the connection ends its body. */
  readonly isOpenEnded: boolean;
}

const STATUSES = [
  ...Array.from({ length: 8 }, () => '200 OK'),
  '201 Created',
  '202',
  '203 ',
  '204 No Content',
  '205 Reset Content',
  '206 Partial Content',
  '301 Moved Permanently',
  '304 Not Modified',
  '304 Not Modified',
  '400 Bad Request',
  '404 Not Found',
  '418 \t"quoted" \u00e9',
  '429 Too Many Requests',
  '500',
  '503 ',
  '599 x  y',
  '999 HTTP/1.1 200 OK',
];
const INTERIMS = ['103 Early Hints', '102 Processing', '100 Continue', '199', '104 Upload Resumption Supported'];
const FIELDS = [
  'Server: nginx/1.22.1',
  'Date: Sun, 06 Nov 1994 08:49:37 GMT',
  'Content-Type: application/json',
  'X-A: b',
  'X-A:',
  'X-Empty: \t ',
  'X-Bytes: \u00e9\u00ff\u0080',
  'Content-Length-Hint: 3',
  'Transfer-Encodings: chunked',
  'Connection-Id: close',
  "!#$%&'*+-.^_`|~0: 9",
  'Vary: a, b, , c',
  'Set-Cookie: a=b; Path=/; Expires=Wed, 09 Jun 2027 10:18:14 GMT',
  'Keep-Alive: timeout=5, max=100',
  'Upgrade: h2c',
];
const SPACES = [' ', ' ', ' ', '', '  ', '   '];

/** `forced`: this body instead of one of any length. */
export function makeAnswer(random: Random, method: Method, forced?: string): MadeAnswer {
  const status = pick(random, STATUSES);
  const isOld = random() < 0.08;
  const body = forced ?? makeBody(random);
  const hasNoBody = method === 'HEAD' || status.startsWith('204') || status.startsWith('304');
  const framing = pickFraming(random, hasNoBody);
  const connection = connectionFields(random, isOld);
  const fields = [...connection.fields, ...framingFields(random, framing, body.length), ...otherFields(random)];
  const head = `HTTP/1.${isOld ? 0 : 1} ${status}\r\n${shuffled(fields, random)
    .map((field) => `${field}\r\n`)
    .join('')}\r\n`;
  const isOpenEnded = framing === 'close' && !hasNoBody;
  const content = hasNoBody ? '' : framing === 'chunked' ? chunked(random, body) : body;
  return {
    text: `${interims(random)}${head}${content}`,
    isLast: isOpenEnded || !connection.keeps,
    isOpenEnded,
  };
}

type Framing = 'length' | 'chunked' | 'close' | 'nothing';

function pickFraming(random: Random, hasNoBody: boolean): Framing {
  if (hasNoBody) return pick(random, ['nothing', 'nothing', 'nothing', 'length', 'chunked'] as const);
  const kind = random();
  if (kind < 0.5) return 'length';
  return kind < 0.88 ? 'chunked' : 'close';
}

function framingFields(random: Random, framing: Framing, length: number): string[] {
  const space = pick(random, SPACES);
  if (framing === 'length') {
    const digits = random() < 0.02 ? String(length).padStart(between(random, 1, 12), '0') : String(length);
    return [`${anyCase(random, 'Content-Length')}:${space}${digits}`];
  }
  if (framing === 'chunked') {
    const codings = pick(random, [
      'chunked',
      'chunked',
      'Chunked',
      'gzip, chunked',
      'gzip ,chunked',
      ', chunked',
      'chunked ',
    ]);
    return [`${anyCase(random, 'Transfer-Encoding')}:${space}${codings}`];
  }
  if (framing === 'close' && random() < 0.2)
    return [`Transfer-Encoding:${space}${pick(random, ['gzip', 'chunked, gzip'])}`];
  return [];
}

/** What the connection fields say, and whether the connection is kept by them. */
function connectionFields(random: Random, isOld: boolean): { fields: string[]; keeps: boolean } {
  const name = anyCase(random, 'Connection');
  const space = pick(random, SPACES);
  const kind = random();
  if (isOld) {
    if (kind < 0.4) return { fields: [], keeps: false };
    return { fields: [`${name}:${space}${pick(random, ['keep-alive', 'Keep-Alive', 'x, keep-alive'])}`], keeps: true };
  }
  if (kind < 0.75) return { fields: [], keeps: true };
  if (kind < 0.86) {
    return {
      fields: [`${name}:${space}${pick(random, ['keep-alive', 'upgrade', 'closed', 'te, x', 'Keep-Alive , x'])}`],
      keeps: true,
    };
  }
  const close = pick(random, ['close', 'Close', 'te, close', 'close , te', ' close ', ',close', 'keep-alive, close']);
  return {
    fields: random() < 0.1 ? [`${name}: te`, `${name}:${space}${close}`] : [`${name}:${space}${close}`],
    keeps: false,
  };
}

function otherFields(random: Random): string[] {
  const kind = random();
  const count =
    kind < 0.9 ? between(random, 0, 6) : kind < 0.999 ? between(random, 7, 60) : between(random, 100, 1_500);
  return Array.from({ length: count }, () => pick(random, FIELDS));
}

function interims(random: Random): string {
  if (random() > 0.08) return '';
  const count = random() < 0.9 ? 1 : between(random, 2, 12);
  let text = '';
  for (let i = 0; i < count; i += 1) {
    text += `HTTP/1.1 ${pick(random, INTERIMS)}\r\n${pick(random, ['', 'Link: </x>\r\n', 'Content-Length: 9\r\n'])}\r\n`;
  }
  return text;
}

function anyCase(random: Random, name: string): string {
  const kind = random();
  if (kind < 0.6) return name;
  return kind < 0.9 ? name.toLowerCase() : name.toUpperCase();
}

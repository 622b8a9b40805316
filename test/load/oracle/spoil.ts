import type { Random } from '../../../src/core/random.ts';
import { between, bytesOf, pick } from './make-body.ts';

/** Makes something of an answer, or of several, that a parser must notice, or must not stumble over. */
type Spoiler = (text: string, random: Random) => string;

const replaced =
  (what: string | RegExp, by: string): Spoiler =>
  (text) =>
    text.replace(what, by);

const LENGTH = /content-length: */i;
const CODING = /transfer-encoding: */i;

/** Framing that is wrong, ambiguous or odd. */
const OF_FRAMING: readonly Spoiler[] = [
  ...['x', '-', '+', '0x', ' \t', '1 ', '1,', '"', '1e', '99999999999999999999', '9007199254740993'].map((by) =>
    replaced(LENGTH, `Content-Length: ${by}`),
  ),
  replaced(LENGTH, 'Content-Length: 3\r\nContent-Length: '),
  replaced(LENGTH, 'Content-Length:\r\nX: '),
  replaced(LENGTH, 'Content-Length : '),
  replaced(LENGTH, 'Transfer-Encoding: chunked\r\nContent-Length: '),
  replaced(LENGTH, 'Transfer-Encoding: chunked\r\nX-Length: '),
  (text, random) => text.replace(/(content-length: *)\d+/i, `$1${between(random, 0, 300)}`),
  (text) => text.replace(/(content-length: *)(\d+)/i, '$1$2 \r\nContent-Length: $2'),
  ...[' ', '  ', '\t', ' x', ',5'].map(
    (after) => (text: string) => text.replace(/(content-length: *\d+)/i, `$1${after}`),
  ),
  replaced(CODING, 'Content-Length: 3\r\nTransfer-Encoding: '),
  replaced(CODING, 'Transfer-Encoding: identity, '),
  replaced(CODING, 'Transfer-Encoding: x'),
  replaced(CODING, 'Transfer-Encoding:\r\nX: '),
  replaced(CODING, 'Transfer-Encoding: gzip\r\nTransfer-Encoding: '),
  ...[', gzip', ',', '\t', ';q=1', 'x', '\r\nTransfer-Encoding: gzip', '\r\nTransfer-Encoding:'].map((after) =>
    replaced(/chunked(?= *\r\n)/i, `chunked${after}`),
  ),
];

/** Chunks. `\r\n\r\n` ends a head here, so what follows is the first size line. */
const OF_CHUNKS: readonly Spoiler[] = [
  ...['zz\r\n', '\r\n', '-', '0x', ' ', '00000000000000', '+', 'fffffffffffffffff', ';a\r\n'].map((by) =>
    replaced('\r\n\r\n', `\r\n\r\n${by}`),
  ),
  ...[
    ' ',
    '\t',
    ' ;a=b',
    '; a',
    ';',
    ';;',
    ';a b',
    ';a="b',
    ';a=b c',
    '\n',
    '\r',
    '\r\r\n',
    `;${'x'.repeat(4_200)}`,
  ].map(
    (after) =>
      (text: string): string =>
        text.replace(/(\r\n\r\n[0-9a-f]+)/i, `$1${after}`),
  ),
  replaced('\r\n0\r\n', '\r\n1\r\n'),
  replaced('\r\n0\r\n', '0\r\n'),
  replaced('\r\n0\r\n', '\n0\r\n'),
  replaced('\r\n0\r\n', '\r\n'),
  ...[
    'no colon\r\n',
    'a : b\r\n',
    ': b\r\n',
    ' a: b\r\n',
    'a: \u0001\r\n',
    'Content-Length: 3\r\n',
    'Connection: close\r\n',
    'Transfer-Encoding: gzip\r\n',
  ].map((line) => replaced('\r\n0\r\n', `\r\n0\r\n${line}`)),
];

/** Status line and fields. */
const OF_HEADS: readonly Spoiler[] = [
  ...[
    'HTTP/7.1',
    'HTTP/1.2',
    'HTTP/2.0',
    'HTTP/0.9',
    'HTTP/1.',
    'HTTP/11',
    'http/1.1',
    'Http/1.1',
    'HTTP /1.1',
    ' HTTP/1.1',
    '\r\nHTTP/1.1',
    'RTSP/1.0',
    'HTTP/1.1 ',
    'HTTP/1.1\t',
    '',
  ].map((by) => replaced(/HTTP\/1\.[01]/, by)),
  ...['20 ', '2000 ', '099 ', '000 ', '101 ', '1x0 ', '-20 ', '200', '200\t', '100 ', '200 \u0001', '200 \u007f'].map(
    (by) => replaced(/(?<=HTTP\/1\.[01] )\d{3} ?/, by),
  ),
  replaced('\r\n', '\n'),
  replaced('\r\n', '\r'),
  replaced('\r\n', '\r\r\n'),
  replaced('\r\n\r\n', '\n\n'),
  replaced('\r\n\r\n', '\r\n\n'),
  replaced('\r\n\r\n', '\r\n \r\n'),
  replaced('\r\n\r\n', '\r\n\r'),
  ...[
    'X A: b',
    'X-A',
    ': b',
    ' X: b',
    'X : b',
    'X: a\r\n b',
    'X:\r\n\tb',
    'X: \u0000',
    'X: \u007f',
    'X: a\rb',
    'X: a\nb',
    '\u00e9: b',
    'X(: b',
    'Proxy-Connection: close',
    'Proxy-Connection: keep-alive',
    'Connection: close\t',
    'Connection: \tclose',
    'Connection: close x',
    'Connection:',
  ].map((line) => replaced('\r\n', `\r\n${line}\r\n`)),
  (text) => `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(18)}${text}`,
  (text) => `HTTP/1.0 103 Early Hints\r\nConnection: close\r\n\r\n${text}`,
  (text) => text.replace('\r\n', `\r\nX-Long: ${'a'.repeat(66_000)}\r\n`),
];

/** Any bytes, anywhere. */
const OF_BYTES: readonly Spoiler[] = [
  (text, random) => text.slice(0, between(random, 0, Math.max(0, text.length - 1))),
  (text, random) => {
    const at = between(random, 0, text.length);
    return `${text.slice(0, at)}${bytesOf(random, between(random, 1, 4))}${text.slice(at)}`;
  },
  (text, random) => {
    const at = between(random, 0, Math.max(0, text.length - 1));
    return `${text.slice(0, at)}${text.slice(at + between(random, 1, 4))}`;
  },
  changedByte,
  changedByte,
  (text, random) => {
    const at = between(random, 0, text.length);
    return `${text.slice(0, at)}${text.slice(Math.max(0, at - between(random, 1, 60)))}`;
  },
];

/** One byte of the beginning, where heads are, is another one. */
function changedByte(text: string, random: Random): string {
  const at = between(random, 0, Math.min(text.length, 200) - 1);
  const by =
    random() < 0.5 ? pick(random, ['\r', '\n', ' ', '\t', ':', '0', '1', ';', ',', '\u0000']) : bytesOf(random, 1);
  return `${text.slice(0, at)}${by}${text.slice(at + 1)}`;
}

/** Spoils it in one way; where that way finds nothing to spoil, the text stays as it is. */
export function spoil(text: string, random: Random): string {
  const kind = random();
  // A head of 66,000 bytes each time would make the rest of the run small.
  const ofHeads = random() < 0.02 ? OF_HEADS : OF_HEADS.slice(0, -1);
  if (kind < 0.3) return pick(random, OF_FRAMING)(text, random);
  if (kind < 0.45) return pick(random, OF_CHUNKS)(text, random);
  return kind < 0.75 ? pick(random, ofHeads)(text, random) : pick(random, OF_BYTES)(text, random);
}

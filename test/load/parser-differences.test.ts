import { describe, expect, test } from 'vitest';
import { differenceOf } from './oracle/difference.ts';
import { explain, LLHTTP_CLASSES } from './oracle/explained.ts';
import { CLIENT_CLASSES } from './oracle/explained-client.ts';
import { LlhttpSide } from './oracle/llhttp-side.ts';
import { OurSide } from './oracle/our-side.ts';
import type { Outcome } from './oracle/outcome.ts';
import type { Method, ParserCase } from './oracle/parser-case.ts';
import { readWithClient } from './oracle/undici-client.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const EMPTY = `${OK}Content-Length: 0\r\n\r\n`;
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const CHUNKS = '5\r\nhello\r\n0\r\n\r\n';

function made(bytes: string, change: { ends?: boolean; methods?: readonly Method[] } = {}): ParserCase {
  return { methods: change.methods ?? ['GET'], bytes, cuts: [], ends: change.ends ?? true };
}

/** For each class of meant differences beside llhttp one case that has it. */
const BESIDE_LLHTTP: Readonly<Record<string, ParserCase>> = {
  'CR CR after a status line': made(EMPTY.replace('\r\n', '\r\r')),
  'blank line before an answer': made(`\r\n${EMPTY}`),
  'another protocol or version': made(EMPTY.replace('HTTP/1.1', 'HTTP/2.0')),
  'control byte in a reason phrase': made(EMPTY.replace('OK', '\u0001')),
  'length beyond exact integers': made(`${OK}Content-Length: 9007199254740992\r\n\r\n`, { ends: false }),
  'many interim answers': made('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(17) + EMPTY),
  'long head or trailer': made(`${OK}Content-Length: 0\r\nX: ${'a'.repeat(66_000)}\r\n\r\n`),
  'long line of a chunk': made(`${CHUNKED}5;${'a'.repeat(5_000)}\r\nhello\r\n0\r\n\r\n`),
  'many digits of a chunk size': made(`${CHUNKED}${'0'.repeat(13)}${CHUNKS}`),
  'interim answer that ends the connection': made(`HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\n${EMPTY}`),
  'white space after a chunk size': made(`${CHUNKED}${CHUNKS.replace('5', '5 ')}`),
  'form of a chunk extension': made(`${CHUNKED}${CHUNKS.replace('5', '5;a b')}`),
  'field of framing in a trailer': made(`${CHUNKED}5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n`),
  'judged when whole': made(`${OK.slice(0, -2)}\nContent-Length: 0\r\n`, { ends: false }),
  'tab after a length': made(EMPTY.replace('Length: 0', 'Length: 0\t')),
  'tab after chunked': made(CHUNKED.replace('chunked', 'chunked\t') + CHUNKS),
  'tab after an option of Connection': made(EMPTY.replace('\r\n', '\r\nConnection: close\t\r\n')),
  'empty Transfer-Encoding': made(EMPTY.replace('\r\n', '\r\nTransfer-Encoding:\r\n')),
  'Proxy-Connection': made(EMPTY.replace('\r\n', '\r\nProxy-Connection: close\r\n')),
  'blank line after the last answer': made(`${EMPTY}\r\n`),
};

/** The same for what undici's client adds. */
const BESIDE_CLIENT: Readonly<Record<string, ParserCase>> = {
  'interim 100 refused by the client': made(`HTTP/1.1 100 Continue\r\n\r\n${EMPTY}`),
  'HEAD without a length closed by the client': made(`${OK}\r\n`, { methods: ['HEAD'], ends: false }),
  'length of a 204 or 304 distrusted by the client': made(`HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n`, {
    ends: false,
  }),
  'Keep-Alive of no time obeyed by the client': made(EMPTY.replace('\r\n', '\r\nKeep-Alive: timeout=0\r\n'), {
    ends: false,
  }),
  'white space after a length counted by the client': made(`${OK}Content-Length: 5 \r\n\r\nhello`),
};

const ours = new OurSide();
const llhttp = new LlhttpSide();
const bytesOf = (one: ParserCase): Uint8Array => Buffer.from(one.bytes, 'latin1');

function classOf(one: ParserCase, theirs: Outcome, classes: typeof LLHTTP_CLASSES): string | null {
  const difference = differenceOf(one, ours.read(one, bytesOf(one)), theirs);
  return difference === null ? 'no difference' : explain(difference, classes);
}

describe('the differences that are meant between the response parser and undici', () => {
  test.each(Object.entries(BESIDE_LLHTTP))('are told apart: %s', (name, one) => {
    expect(classOf(one, llhttp.read(one, bytesOf(one)), LLHTTP_CLASSES)).toBe(name);
  });

  test.each(Object.entries(BESIDE_CLIENT))('are told apart: %s', async (name, one) => {
    expect(classOf(one, llhttp.read(one, bytesOf(one)), LLHTTP_CLASSES)).toBe('no difference');
    expect(classOf(one, await readWithClient(one), CLIENT_CLASSES)).toBe(name);
  });

  test('cover what we refuse for the reason that they name, and for no other', () => {
    const refused = Object.values(BESIDE_LLHTTP).flatMap((one) => {
      const difference = differenceOf(one, ours.read(one, bytesOf(one)), llhttp.read(one, bytesOf(one)));
      return difference?.kind === 'we-refuse' ? [difference] : [];
    });
    expect(refused.length).toBeGreaterThan(7);
    for (const difference of refused) {
      const faulty = { ...difference, ours: { ...difference.ours, problem: 'it is Saturday' } };
      expect([explain(difference, LLHTTP_CLASSES), explain(faulty, LLHTTP_CLASSES)]).toEqual([
        expect.any(String),
        null,
      ]);
    }
  });

  test('each have a case here', () => {
    const cases = [...Object.keys(BESIDE_CLIENT), ...Object.keys(BESIDE_LLHTTP)];
    expect(cases.sort()).toEqual(CLIENT_CLASSES.map(({ name }) => name).sort());
  });

  test('do not cover an answer that both take, with another status, body or reuse', () => {
    const one = made(`${OK}Content-Length: 5\r\n\r\nhello`, { ends: false });
    const { answers, ending } = llhttp.read(one, bytesOf(one));
    for (const change of [{ status: 201 }, { bodyBytes: 4 }, { digest: 1 }, { reuse: false }]) {
      const theirs = { answers: answers.map((answer) => ({ ...answer, ...change })), ending };
      expect(classOf(one, theirs, CLIENT_CLASSES)).toBe(null);
    }
  });
});

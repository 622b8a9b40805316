import { createServer } from 'node:net';
import { Client } from 'undici';
import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { ResponseParser } from '../../src/load/response-parser.ts';

/** undici's parser (llhttp, the one in Node) reads the same bytes from a real socket. */

const CASES = 400;

interface Case {
  readonly bytes: string;
  /** The server ends the connection after the bytes. */
  readonly ends: boolean;
  readonly method: 'GET' | 'HEAD';
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

function chunked(body: string, random: Random): string {
  let rest = body;
  let out = '';
  while (rest.length > 0) {
    const size = 1 + Math.floor(random() * rest.length);
    out += `${pick(random, [size.toString(16), size.toString(16).toUpperCase()])}${pick(random, ['', ';ext=1'])}\r\n`;
    out += `${rest.slice(0, size)}\r\n`;
    rest = rest.slice(size);
  }
  return `${out}0\r\n${pick(random, ['', 'X-Trailer: 1\r\n'])}\r\n`;
}

/** What spoils a response in a way that both sides must notice, or leaves it alone. */
const SPOILERS: readonly ((text: string) => string)[] = [
  (text) => text.replace('Content-Length: ', 'Content-Length: x'),
  (text) => text.replace('Content-Length: ', 'Content-Length: -'),
  (text) => text.replace('Content-Length: ', 'Content-Length: 3\r\nContent-Length: '),
  (text) => text.replace('Transfer-Encoding', 'Content-Length: 3\r\nTransfer-Encoding'),
  (text) => text.replace('HTTP/1.1', 'HTTP/7.1'),
  (text) => text.replace('X-A: ', 'X A: '),
  (text) => text.replace('X-A: ', 'X-A\r\nX-B: '),
  (text) => text.replace('chunked\r\n\r\n', 'chunked\r\n\r\nzz\r\n'),
  (text) => text.slice(0, -3),
];

function makeCase(random: Random): Case {
  const method = random() < 0.1 ? 'HEAD' : 'GET';
  const status = pick(random, [
    '200 OK',
    '201 Created',
    '204 No Content',
    '304 Not Modified',
    '404 Not Found',
    '500',
    '503 ',
  ]);
  const body = 'abcdefghij'.repeat(Math.floor(random() * 40)).slice(Math.floor(random() * 10));
  const bodiless = method === 'HEAD' || status.startsWith('204') || status.startsWith('304');
  const framing = bodiless ? 'none' : pick(random, ['length', 'chunked', 'close']);
  const interim = pick(random, ['', '', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n']);
  const headers = pick(random, [
    '',
    'X-A: b\r\n',
    'X-A: \t b \t\r\nServer: s\r\n',
    'X-A:\r\n',
    'Connection: close\r\n',
  ]);
  const head = `${interim}HTTP/1.1 ${status}\r\n${headers}`;
  let bytes = `${head}\r\n${framing === 'close' ? body : ''}`;
  if (framing === 'length') bytes = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  if (framing === 'chunked') bytes = `${head}Transfer-Encoding: chunked\r\n\r\n${chunked(body, random)}`;
  if (random() < 0.3) bytes = pick(random, SPOILERS)(bytes);
  return { bytes, ends: true, method };
}

type Outcome = { readonly failed: true } | { readonly failed: false; readonly status: number; readonly body: string };

function ours({ bytes, method }: Case, cuts: readonly number[]): Outcome {
  const parser = new ResponseParser();
  parser.reset(method === 'HEAD', true);
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    const piece = Buffer.from(bytes.slice(from, to), 'latin1');
    if (parser.state !== 'done') parser.push(piece, 0, piece.length);
    from = to;
  }
  parser.end();
  if (parser.state === 'failed') return { failed: true };
  return { failed: false, status: parser.status, body: Buffer.from(parser.body() ?? []).toString('latin1') };
}

async function theirs({ bytes, method }: Case, cuts: readonly number[]): Promise<Outcome> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      let from = 0;
      const pieces = [...cuts, bytes.length].map((to) => {
        const piece = bytes.slice(from, to);
        from = to;
        return piece;
      });
      const next = (): void => {
        const piece = pieces.shift();
        if (piece === undefined) socket.end();
        else socket.write(piece, 'latin1', () => setImmediate(next));
      };
      next();
    });
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const client = new Client(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  try {
    const response = await client.request({ path: '/', method });
    const body = Buffer.from(await response.body.arrayBuffer()).toString('latin1');
    return { failed: false, status: response.statusCode, body };
  } catch {
    return { failed: true };
  } finally {
    await client.destroy();
    server.close();
  }
}

describe('the response parser beside undici', () => {
  test(`agrees on ${CASES} generated responses, good and spoilt, cut anywhere`, { timeout: 50_000 }, async () => {
    const random = seededRandom(3, 'responses');
    let failures = 0;
    for (let i = 0; i < CASES; i += 1) {
      const made = makeCase(random);
      const cuts = Array.from({ length: Math.floor(random() * 4) }, () =>
        Math.floor(random() * made.bytes.length),
      ).sort((a, b) => a - b);
      const outcome = ours(made, cuts);
      if (outcome.failed) failures += 1;
      expect(outcome, JSON.stringify({ i, ...made, cuts })).toEqual(await theirs(made, cuts));
    }
    // The generator must keep making both kinds.
    expect(failures).toBeGreaterThan(30);
    expect(failures).toBeLessThan(CASES / 2);
  });
});

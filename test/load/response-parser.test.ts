import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_CHUNK_LINE_BYTES, MAX_HEAD_BYTES, MAX_INTERIM, ResponseParser } from '../../src/load/response-parser.ts';

interface Outcome {
  state: string;
  status: number;
  body: string | null;
  bodyBytes: number;
  keepAlive: boolean;
  /** Bytes after the response. */
  left: number;
}

/** Parses the pieces one after the other; `ends`: then the connection ends. */
function parse(pieces: readonly string[], options: { head?: boolean; ends?: boolean } = {}): Outcome {
  const parser = new ResponseParser();
  parser.reset(options.head ?? false, true);
  let left = 0;
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1');
    if (parser.state === 'done' || parser.state === 'failed') left += bytes.length;
    else left += bytes.length - parser.push(bytes, 0, bytes.length);
  }
  if (options.ends === true && parser.state !== 'failed') parser.end();
  const { state, status, bodyBytes, keepAlive } = parser;
  const body = parser.body();
  if (state === 'failed') return { state, status: 0, body: null, bodyBytes: 0, keepAlive: false, left: 0 };
  return {
    state,
    status,
    bodyBytes,
    keepAlive,
    left,
    body: body === null ? null : Buffer.from(body).toString('latin1'),
  };
}

const GOOD: readonly [
  name: string,
  bytes: string,
  expected: Partial<Outcome>,
  options?: { head?: boolean; ends?: boolean },
][] = [
  [
    'a content-length',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    { status: 200, body: 'hello', keepAlive: true },
  ],
  ['a content-length of 0', 'HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n', { body: '', keepAlive: true }],
  ['no reason phrase and no space before it', 'HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n', { status: 404 }],
  ['spaces and tabs around a value', 'HTTP/1.1 200 OK\r\nContent-Length: \t 2 \t\r\n\r\nab', { body: 'ab' }],
  [
    'chunks with extensions and trailers',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n',
    { body: 'abc0123456789', keepAlive: true },
  ],
  [
    'chunks after another coding',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n',
    { body: 'z' },
  ],
  [
    'interim answers',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx',
    { status: 200, body: 'x' },
  ],
  [
    '204 without a body, whatever its length says',
    'HTTP/1.1 204 No Content\r\n\r\n',
    { status: 204, body: '', keepAlive: true },
  ],
  [
    '304 with a length but no body',
    'HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n',
    { status: 304, body: '' },
  ],
  [
    'an answer to HEAD',
    'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n',
    { status: 200, body: '', keepAlive: true },
    { head: true },
  ],
  [
    'a body that the connection ends',
    'HTTP/1.1 200 OK\r\n\r\nall of it',
    { body: 'all of it', keepAlive: false },
    { ends: true },
  ],
  ['Connection: close', 'HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 1\r\n\r\nx', { keepAlive: false }],
  [
    'close among other connection options',
    'HTTP/1.1 200 OK\r\nConnection: te, close\r\nContent-Length: 1\r\n\r\nx',
    { keepAlive: false },
  ],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx', { keepAlive: false, body: 'x' }],
  [
    'HTTP/1.0 that keeps the connection',
    'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx',
    { keepAlive: true },
  ],
  ['bytes after the answer', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200', { body: 'x', left: 12 }],
  ['bytes above 127 in a value', 'HTTP/1.1 200 \u00e9\r\nX: \u00e9\r\nContent-Length: 0\r\n\r\n', { status: 200 }],
];

const BAD: readonly [name: string, bytes: string, options?: { ends?: boolean }][] = [
  ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['the name of the protocol in other letters', 'Http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ['an empty length', 'HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n'],
  ['a length beyond exact integers', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['length and chunks together', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['no transfer coding where one is named', 'HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n\r\n'],
  ['nothing but commas for a transfer coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: , \r\n\r\n'],
  ['a name with a space', 'HTTP/1.1 200 OK\r\nContent Length: 1\r\n\r\n'],
  ['a line without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
  ['a folded line', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n'],
  ['a line that ends with LF only', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n'],
  ['a NUL in a value', 'HTTP/1.1 200 OK\r\nX: \0\r\n\r\n'],
  ['a chunk size that is no number', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
  ['a chunk without its end', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n'],
  ['a malformed trailer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n'],
  ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['an end inside the head', 'HTTP/1.1 200 OK\r\nContent-', { ends: true }],
  ['an end inside the body', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc', { ends: true }],
  ['an end inside the chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc', { ends: true }],
  ['an end before the trailer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n', { ends: true }],
];

function everyByte(bytes: string): string[] {
  return Array.from(bytes);
}

describe('a response parser', () => {
  test.each(GOOD)('reads %s, whole and byte by byte', (_, bytes, expected, options) => {
    const whole = parse([bytes], options);
    expect(whole).toMatchObject({ state: 'done', ...expected });
    expect(parse(everyByte(bytes), options)).toEqual(whole);
  });

  test.each(BAD)('fails on %s, whole and byte by byte', (_, bytes, options) => {
    expect(parse([bytes], options).state).toBe('failed');
    expect(parse(everyByte(bytes), options).state).toBe('failed');
  });

  test('gives the same outcome however the bytes are cut', () => {
    const samples = [
      ...GOOD.map(([, bytes, , options]) => ({ bytes, options })),
      ...BAD.map(([, bytes, options]) => ({ bytes, options })),
    ];
    fc.assert(
      fc.property(fc.nat(samples.length - 1), fc.array(fc.nat(200), { maxLength: 12 }), (which, cuts) => {
        const { bytes, options } = samples[which]!;
        const at = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
        const pieces = [0, ...at].map((from, i) => bytes.slice(from, at[i] ?? bytes.length));
        expect(parse(pieces, options)).toEqual(parse([bytes], options));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('never throws and never hangs on random bytes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (tail) => {
        const { state } = parse([`HTTP/1.1 200 OK\r\n${tail}`], { ends: true });
        expect(['done', 'failed']).toContain(state);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  test('refuses a head without an end once it is longer than its bound', () => {
    const endless = `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(MAX_HEAD_BYTES)}`;
    expect(parse([endless]).state).toBe('failed');
    expect(parse([endless.slice(0, MAX_HEAD_BYTES)]).state).toBe('head');
  });

  test('refuses an endless chunk line, an endless trailer and endless interim answers', () => {
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(parse([`${chunked}1;${'x'.repeat(MAX_CHUNK_LINE_BYTES)}`]).state).toBe('failed');
    expect(parse([`${chunked}0\r\nX: ${'x'.repeat(MAX_HEAD_BYTES)}`]).state).toBe('failed');
    expect(parse(['HTTP/1.1 100 Continue\r\n\r\n'.repeat(MAX_INTERIM + 1)]).state).toBe('failed');
  });

  test('counts a body that it was not asked to keep', () => {
    const parser = new ResponseParser();
    parser.reset(false, false);
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
    parser.push(bytes, 0, bytes.length);
    expect([parser.state, parser.bodyBytes, parser.body()]).toEqual(['done', 5, null]);
  });
});

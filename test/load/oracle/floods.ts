import { ResponseParser } from '../../../src/load/response-parser.ts';

/** One read of the engine. */
const PIECE_BYTES = 64 * 1024;

/** Answers without an end: what comes first, and what then comes for ever. */
export const FLOODS: readonly { readonly name: string; readonly start: string; readonly forEver: string }[] = [
  { name: 'nothing that HTTP knows', start: '', forEver: 'x' },
  { name: 'a status line', start: 'HTTP/1.1 200 ', forEver: 'a' },
  { name: 'a field', start: 'HTTP/1.1 200 OK\r\nX: ', forEver: 'a' },
  { name: 'fields', start: 'HTTP/1.1 200 OK\r\n', forEver: 'X: a\r\n' },
  { name: 'interim answers', start: '', forEver: 'HTTP/1.1 103 Early Hints\r\n\r\n' },
  { name: 'a body that the connection ends', start: 'HTTP/1.1 200 OK\r\n\r\n', forEver: 'x' },
  { name: 'a body of petabytes', start: 'HTTP/1.1 200 OK\r\nContent-Length: 9007199254740991\r\n\r\n', forEver: 'x' },
  {
    name: 'chunks',
    start: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    forEver: '40\r\n'.padEnd(68, 'x').concat('\r\n'),
  },
  { name: 'a line of a chunk', start: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;', forEver: 'a' },
  { name: 'digits of a chunk size', start: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', forEver: '0' },
  { name: 'a trailer', start: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n', forEver: 'X: a\r\n' },
];

export interface Flooded {
  /** Bytes that the parser took before it refused the answer, or all. */
  readonly taken: number;
  readonly state: string;
  /** The most by which the resident memory of the process grew, in bytes. */
  readonly grew: number;
}

/** Feeds a parser that keeps bodies with `bytes` of a flood, read by read. */
export function flood({ start, forEver }: (typeof FLOODS)[number], bytes: number): Flooded {
  const parser = new ResponseParser();
  parser.reset(false, true);
  const first = Buffer.from(start, 'latin1');
  parser.push(first, 0, first.length);
  // A whole number of what repeats, so that pieces can follow each other.
  const piece = Buffer.from(forEver.repeat(Math.floor(PIECE_BYTES / forEver.length)), 'latin1');
  const before = process.memoryUsage.rss();
  let most = before;
  let taken = 0;
  while (taken < bytes && parser.state !== 'failed' && parser.state !== 'done') {
    taken += parser.push(piece, 0, piece.length);
    most = Math.max(most, process.memoryUsage.rss());
  }
  return { taken, state: parser.state, grew: most - before };
}

import { GrowingBytes } from './growing-bytes.ts';
import { beginsWithProtocol, lineEnd, parseFields, parseHead } from './response-head.ts';

/** Heads and trailers beyond this are refused: an endless one must not fill the memory. Node's own client allows 16 KiB. */
export const MAX_HEAD_BYTES = 64 * 1024;
/** A chunk's size line with its extensions; nobody sends longer ones on purpose. */
export const MAX_CHUNK_LINE_BYTES = 4096;
/** Interim responses before the final one (100, 102, 103). */
export const MAX_INTERIM = 16;
/** A body that is looked at is kept up to this size; a longer one cannot equal any contract's body. */
export const MAX_KEPT_BODY_BYTES = 1024 * 1024;

const CR = 13;
const LF = 10;

type State = 'head' | 'length' | 'close' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'done' | 'failed';

/**
 * A complete incremental parser of one HTTP/1.1 response: the same bytes, cut anywhere, give the same outcome. Pure.
 * Feed it with `push` and, when the connection ends, `end`; then read `state`.
 */
export class ResponseParser {
  state: State = 'head';
  status = 0;
  keepAlive = false;
  framing: 'length' | 'chunked' | 'close' | 'none' = 'none';
  /** Bytes of the body after transfer decoding. */
  bodyBytes = 0;
  /** Bytes of the final head with its empty line. */
  headBytes = 0;
  /** True once a byte has come. */
  started = false;
  /** Why it failed. */
  problem = '';
  #isHead = false;
  /** `body()` was asked for. */
  keepsBody = false;
  readonly #body = new GrowingBytes();
  /** What came of an unfinished section. */
  readonly #held = new GrowingBytes();
  #remaining = 0;
  #interim = 0;

  /** Ready for the next response. `isHead`: it answers a HEAD request. `keepBody`: `body()` will be asked for. */
  reset(isHead: boolean, keepBody: boolean): void {
    this.state = 'head';
    this.status = 0;
    this.keepAlive = false;
    this.framing = 'none';
    this.bodyBytes = 0;
    this.headBytes = 0;
    this.started = false;
    this.problem = '';
    this.#isHead = isHead;
    this.keepsBody = keepBody;
    this.#body.clear();
    this.#held.clear();
    this.#remaining = 0;
    this.#interim = 0;
  }

  /** The body until the next `reset` or `release`, where it was asked for and is not longer than `MAX_KEPT_BODY_BYTES`; else null. */
  body(): Uint8Array | null {
    if (!this.keepsBody || this.#body.length !== this.bodyBytes) return null;
    return this.#body.bytes.subarray(0, this.#body.length);
  }

  /** Gives back the memory of the response: between two of a slot nobody needs it. */
  release(): void {
    this.#body.release();
    this.#held.release();
  }

  /**
   * Reads `bytes[start, end)`.
   * @returns the index after the last byte that belongs to this response; what follows is not part of it.
   */
  push(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (at < end) this.started = true;
    while (at < end && this.state !== 'done' && this.state !== 'failed') at = this.#step(bytes, at, end);
    return at;
  }

  /** The connection has ended: completes a body that only that ends, fails anything else that is unfinished. */
  end(): void {
    if (this.state === 'close') this.state = 'done';
    else if (this.state !== 'done') this.#fail('the connection ended inside the response');
  }

  #step(bytes: Uint8Array, at: number, end: number): number {
    switch (this.state) {
      case 'head':
        return this.#readHead(bytes, at, end);
      case 'length':
      case 'chunk-data':
        return this.#readCounted(bytes, at, end);
      case 'close':
        this.#keep(bytes, at, end);
        return end;
      case 'chunk-size':
        return this.#readChunkSize(bytes, at, end);
      case 'chunk-end':
        return this.#readChunkEnd(bytes, at, end);
      case 'trailer':
        return this.#readTrailer(bytes, at, end);
      default:
        return end;
    }
  }

  #fail(problem: string): void {
    this.state = 'failed';
    this.problem = problem;
    this.keepAlive = false;
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    this.bodyBytes += end - start;
    if (!this.keepsBody) return;
    if (this.bodyBytes <= MAX_KEPT_BODY_BYTES) this.#body.append(bytes, start, end);
    else this.#body.release();
  }

  /**
   * Collects a section that ends with an empty line (`blank`: also one that is nothing but an empty line), then calls
   * `read(section, from, to)` once.
   * @returns the index after it, or `end` when it is unfinished.
   */
  #section(
    bytes: Uint8Array,
    at: number,
    end: number,
    read: (b: Uint8Array, from: number, to: number) => void,
  ): number {
    if (this.#held.length === 0) {
      const stop = sectionEnd(bytes, at, at, end);
      if (stop >= 0 && stop - at <= MAX_HEAD_BYTES) {
        read(bytes, at, stop);
        return stop;
      }
    }
    const before = this.#held.length;
    const take = Math.min(end, at + MAX_HEAD_BYTES + 4 - before);
    this.#held.append(bytes, at, take);
    const stop = sectionEnd(this.#held.bytes, 0, Math.max(0, before - 3), this.#held.length);
    if (stop >= 0 && stop <= MAX_HEAD_BYTES) {
      this.#held.clear();
      read(this.#held.bytes, 0, stop);
      return at + stop - before;
    }
    if (this.#held.length > MAX_HEAD_BYTES) this.#fail(`a head or trailer is longer than ${MAX_HEAD_BYTES} bytes`);
    return take;
  }

  #readHead(bytes: Uint8Array, at: number, end: number): number {
    const next = this.#section(bytes, at, end, (b, from, to) => this.#takeHead(b, from, to));
    // Garbage is named at once, not after the head's bound or a timeout.
    if (this.state === 'head' && this.#held.length > 0 && !beginsWithProtocol(this.#held.bytes, 0, this.#held.length)) {
      this.#fail('the answer does not begin with HTTP/1.');
    }
    return next;
  }

  #takeHead(bytes: Uint8Array, from: number, to: number): void {
    const head = parseHead(bytes, from, to, this.#isHead);
    if (head === null) return this.#fail('the head of the answer is malformed');
    if (head.status === 101) return this.#fail('the server switched protocols');
    if (head.status < 200) {
      this.#interim += 1;
      if (this.#interim > MAX_INTERIM) this.#fail(`more than ${MAX_INTERIM} interim responses`);
      return undefined;
    }
    this.status = head.status;
    this.keepAlive = head.keepAlive;
    this.framing = head.framing;
    this.headBytes = to - from;
    this.#remaining = head.contentLength;
    if (head.framing === 'none' || (head.framing === 'length' && head.contentLength === 0)) this.state = 'done';
    else this.state = head.framing === 'chunked' ? 'chunk-size' : head.framing;
    return undefined;
  }

  #readCounted(bytes: Uint8Array, at: number, end: number): number {
    const stop = Math.min(end, at + this.#remaining);
    this.#keep(bytes, at, stop);
    this.#remaining -= stop - at;
    if (this.#remaining === 0) this.state = this.state === 'length' ? 'done' : 'chunk-end';
    return stop;
  }

  #readChunkSize(bytes: Uint8Array, at: number, end: number): number {
    let i = at;
    while (i < end && bytes[i] !== LF) i += 1;
    const complete = i < end;
    this.#held.append(bytes, at, Math.min(complete ? i + 1 : i, at + MAX_CHUNK_LINE_BYTES + 1));
    if (this.#held.length > MAX_CHUNK_LINE_BYTES) {
      this.#fail(`a chunk's size line is longer than ${MAX_CHUNK_LINE_BYTES} bytes`);
      return end;
    }
    if (!complete) return end;
    const size = chunkSize(this.#held.bytes, this.#held.length);
    this.#held.clear();
    if (size < 0) this.#fail("a chunk's size line is malformed");
    else this.state = size === 0 ? 'trailer' : 'chunk-data';
    this.#remaining = size;
    return i + 1;
  }

  #readChunkEnd(bytes: Uint8Array, at: number, end: number): number {
    let i = at;
    for (; i < end && this.state === 'chunk-end'; i += 1) {
      if (bytes[i] !== (this.#remaining === 0 ? CR : LF)) this.#fail('a chunk is longer than its size');
      else if (this.#remaining === 0) this.#remaining = -1;
      else this.state = 'chunk-size';
    }
    return i;
  }

  #readTrailer(bytes: Uint8Array, at: number, end: number): number {
    return this.#section(bytes, at, end, (b, from, to) => {
      if (parseFields(b, from, to, null)) this.state = 'done';
      else this.#fail('a trailer is malformed');
    });
  }
}

/** The index after the empty line that ends the section starting at `start`; looks from `from` on; -1: not there yet. */
function sectionEnd(bytes: Uint8Array, start: number, from: number, end: number): number {
  if (end - start >= 2 && bytes[start] === CR && bytes[start + 1] === LF) return start + 2;
  for (let i = from + 3; i < end; i += 1) {
    if (bytes[i] !== LF) continue;
    if (bytes[i - 1] === CR && bytes[i - 2] === LF && bytes[i - 3] === CR) return i + 1;
  }
  return -1;
}

/** The size in a line `1a;extension CRLF`, or -1. */
function chunkSize(line: Uint8Array, length: number): number {
  if (lineEnd(line, 0, length) !== length - 2) return -1;
  let text = '';
  let i = 0;
  for (; i < length - 2 && line[i] !== 59 && line[i] !== 32 && line[i] !== 9; i += 1) {
    text += String.fromCharCode(line[i] as number);
  }
  if (!/^[0-9a-f]{1,13}$/i.test(text)) return -1;
  for (; i < length - 2 && line[i] !== 59; i += 1) if (line[i] !== 32 && line[i] !== 9) return -1;
  return Number.parseInt(text, 16);
}

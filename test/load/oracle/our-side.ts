import { crc32 } from 'node:zlib';
import { ResponseParser } from '../../../src/load/response-parser.ts';
import type { AnswerSeen, Ending, Outcome } from './outcome.ts';
import type { Method, ParserCase } from './parser-case.ts';

/** As in the engine: every read lands at offset 0 of one buffer, over the one before. */
export const READ_BUFFER_BYTES = 64 * 1024;

export interface OurOutcome extends Outcome {
  /** Where each answer begins, in bytes; one more than there are whole answers. */
  readonly starts: readonly number[];
  /** Why the parser failed; empty when it did not. */
  readonly problem: string;
}

/** Reads cases with the engine's own parser: one object for all of them, as a slot of the engine has. */
export class OurSide {
  readonly #parser: ResponseParser;
  readonly #buffer = new Uint8Array(READ_BUFFER_BYTES);
  #methods: readonly Method[] = [];
  #answers: AnswerSeen[] = [];
  #starts: number[] = [];
  #ending: Ending | null = null;

  /** `parser`: another one, to see that its faults are found. */
  constructor(parser: ResponseParser = new ResponseParser()) {
    this.#parser = parser;
  }

  /** `bytes`: those of the case. */
  read({ methods, cuts, ends }: ParserCase, bytes: Uint8Array): OurOutcome {
    this.#methods = methods;
    this.#answers = [];
    this.#starts = [0];
    this.#ending = null;
    this.#expectNext();
    let from = 0;
    for (let i = 0; i <= cuts.length; i += 1) {
      const stop = cuts[i] ?? bytes.length;
      while (from < stop && this.#ending === null) {
        const to = Math.min(stop, from + READ_BUFFER_BYTES);
        this.#buffer.set(bytes.subarray(from, to));
        this.#take(from, to - from);
        from = to;
      }
    }
    const ending = this.#ending ?? this.#endingOf(ends, bytes.length);
    const { state, problem } = this.#parser;
    return { answers: this.#answers, ending, starts: this.#starts, problem: state === 'failed' ? problem : '' };
  }

  #expectNext(): void {
    this.#parser.reset(this.#methods[this.#answers.length] === 'HEAD', true);
  }

  /** One read of `length` bytes, which began at `offset` of the case. */
  #take(offset: number, length: number): void {
    const parser = this.#parser;
    let at = 0;
    while (at < length && this.#ending === null) {
      if (this.#answers.length === this.#methods.length) {
        this.#ending = 'leftover';
        return;
      }
      at = parser.push(this.#buffer, at, length);
      if (parser.state === 'failed') this.#ending = 'failed';
      else if (parser.state === 'done') this.#answered(offset + at);
      else if (at !== length)
        throw new Error(`the parser stopped at ${at} of ${length} bytes in state ${parser.state}`);
    }
  }

  #answered(end: number): void {
    const { status, bodyBytes, keepAlive } = this.#parser;
    const body = this.#parser.body();
    // A body that is longer than any that is kept: its length is all that can be compared, and the digest will not be equal.
    this.#answers.push({ status, bodyBytes, digest: body === null ? -1 : crc32(body), reuse: keepAlive });
    this.#starts.push(end);
    if (!keepAlive) this.#ending = 'closed';
    else if (this.#answers.length < this.#methods.length) this.#expectNext();
  }

  #endingOf(ends: boolean, length: number): Ending {
    const parser = this.#parser;
    if (this.#answers.length === this.#methods.length) return 'idle';
    if (!ends) return 'waiting';
    if (!parser.started) return 'ended';
    parser.end();
    if (parser.state === 'failed') return 'failed';
    this.#answered(length);
    return this.#ending ?? 'idle';
  }
}

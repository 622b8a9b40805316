import { crc32 } from 'node:zlib';
import { type Llhttp, loadLlhttp, OK, PAUSED, RESPONSE } from './llhttp-module.ts';
import type { AnswerSeen, Ending, Outcome } from './outcome.ts';
import type { Method, ParserCase } from './parser-case.ts';

/** What a callback returns to make llhttp fail. */
const REFUSED = -1;
/** What `headersComplete` returns to say that no body comes. */
const NO_BODY = 1;

/**
 * Reads cases with undici's parser, llhttp, driven as undici's client drives it: the callbacks return what those of
 * `lib/dispatcher/client-h1.js` return. What is undici's and not llhttp's is left to `undici-client.ts`, so here: an interim
 * `100 Continue` is passed over like the others (undici refuses it, having sent no `Expect`), the answer to HEAD keeps its connection
 * when llhttp says so at its end, and no header is counted.
 */
export class LlhttpSide {
  readonly #llhttp: Llhttp;
  #data = 0;
  #dataBytes = 0;
  #parser = 0;
  #methods: readonly Method[] = [];
  #answers: AnswerSeen[] = [];
  #ending: Ending | null = null;
  /** A byte of the next answer has come. */
  #begun = false;
  #status = 0;
  #bodyBytes = 0;
  #digest = 0;
  #keepAlive = false;

  constructor() {
    this.#llhttp = loadLlhttp({
      messageBegin: () => this.#begin(),
      headersComplete: (status, isUpgrade, keepAlive) => this.#head(status, isUpgrade, keepAlive),
      body: (at, length) => this.#body(at, length),
      messageComplete: () => this.#complete(),
    });
  }

  /** `bytes`: those of the case. */
  read({ methods, cuts, ends }: ParserCase, bytes: Uint8Array): Outcome {
    this.#methods = methods;
    this.#answers = [];
    this.#ending = null;
    this.#begun = false;
    this.#status = 0;
    this.#parser = this.#llhttp.llhttp_alloc(RESPONSE);
    let from = 0;
    for (let i = 0; i <= cuts.length && this.#ending === null; i += 1) {
      const to = cuts[i] ?? bytes.length;
      if (from < to) this.#execute(bytes.subarray(from, to));
      from = to;
    }
    const ending = this.#ending ?? this.#endingOf(ends);
    this.#llhttp.llhttp_free(this.#parser);
    return { answers: this.#answers, ending };
  }

  #execute(piece: Uint8Array): void {
    const llhttp = this.#llhttp;
    if (piece.length > this.#dataBytes) {
      if (this.#data !== 0) llhttp.free(this.#data);
      this.#dataBytes = Math.ceil(piece.length / 4096) * 4096;
      this.#data = llhttp.malloc(this.#dataBytes);
    }
    new Uint8Array(llhttp.memory.buffer, this.#data, piece.length).set(piece);
    const code = llhttp.llhttp_execute(this.#parser, this.#data, piece.length);
    // Where a callback made it stop, that has said why.
    if (code !== OK && this.#ending === null) this.#ending = 'failed';
  }

  #begin(): number {
    if (this.#answers.length === this.#methods.length) {
      this.#ending = 'leftover';
      return REFUSED;
    }
    this.#begun = true;
    return OK;
  }

  #head(status: number, isUpgrade: boolean, keepAlive: boolean): number {
    if (isUpgrade || status < 100) return REFUSED;
    this.#status = status;
    this.#bodyBytes = 0;
    this.#digest = 0;
    this.#keepAlive = keepAlive;
    return this.#isHead() || status < 200 ? NO_BODY : OK;
  }

  #body(at: number, length: number): number {
    this.#bodyBytes += length;
    this.#digest = crc32(new Uint8Array(this.#llhttp.memory.buffer, at, length), this.#digest);
    return OK;
  }

  #complete(): number {
    const status = this.#status;
    this.#status = 0;
    // A switch of protocols ends in an error of its own.
    if (status < 200) return OK;
    const reuse = this.#isHead() ? this.#llhttp.llhttp_should_keep_alive(this.#parser) === 1 : this.#keepAlive;
    this.#answers.push({ status, bodyBytes: this.#bodyBytes, digest: this.#digest, reuse });
    this.#begun = false;
    if (reuse) return OK;
    this.#ending = 'closed';
    return PAUSED;
  }

  #isHead(): boolean {
    return this.#methods[this.#answers.length] === 'HEAD';
  }

  #endingOf(ends: boolean): Ending {
    if (this.#answers.length === this.#methods.length) return 'idle';
    if (!ends) return 'waiting';
    if (!this.#begun) return 'ended';
    const before = this.#answers.length;
    const code = this.#llhttp.llhttp_finish(this.#parser);
    const isWhole = this.#answers.length > before && (code === OK || code === PAUSED);
    return isWhole ? (this.#ending ?? 'idle') : 'failed';
  }
}

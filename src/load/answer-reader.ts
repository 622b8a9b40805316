import { failedAs, OK, type Outcome } from './ledger.ts';
import { ResponseParser } from './response-parser.ts';
import { ResponseTemplate } from './response-template.ts';
import type { Step } from './script.ts';
import { StepJudge } from './step-judge.ts';
import type { Answer } from './transport.ts';

const PROTOCOL = failedAs('protocol');

/** A step's judge, and the head that its answers mostly have. */
class StepReader extends StepJudge {
  readonly template: ResponseTemplate;

  constructor(step: Step, buffer: Uint8Array) {
    super(step);
    this.template = new ResponseTemplate(buffer);
  }
}

/**
 * Turns what was read on a slot's connection into an outcome: the template where it fits, else the slot's own parser.
 * After a call that returned true, the public fields hold the answer; they are overwritten by the next one.
 */
export class AnswerReader implements Answer {
  outcome: Outcome = OK;
  complete = false;
  keepAlive = false;
  bodyBytes = 0;
  body: Uint8Array | null = null;

  readonly #buffer: Uint8Array;
  readonly #steps: readonly StepReader[];
  readonly #parsers: (ResponseParser | null)[];
  /** 1: the slot's parser holds a part of its answer. */
  readonly #partial: Uint8Array;

  constructor(slots: number, steps: readonly Step[], buffer: Uint8Array) {
    this.#buffer = buffer;
    this.#steps = steps.map((step) => new StepReader(step, buffer));
    this.#parsers = Array.from({ length: slots }, () => null);
    this.#partial = new Uint8Array(slots);
  }

  /** True once a byte of the slot's answer has come. */
  hasBegun(slot: number): boolean {
    return this.#partial[slot] === 1;
  }

  /** Forgets what came of the slot's answer, `body` too. */
  forget(slot: number): void {
    this.#partial[slot] = 0;
    this.#parsers[slot]?.release();
    this.body = null;
  }

  /** The first `length` bytes of the buffer came for this slot. Returns true when they end its answer. */
  read(slot: number, step: number, length: number): boolean {
    const reader = this.#steps[step] as StepReader;
    const { template } = reader;
    if (this.#partial[slot] === 0 && template.matches(length)) {
      const looks = reader.looks();
      const body = looks ? this.#buffer.subarray(template.headBytes, length) : null;
      this.#take(reader, template.status, length - template.headBytes, true, looks, body);
      return true;
    }
    const parser = this.#parserOf(slot, reader);
    const isWhole = !parser.started;
    const used = parser.push(this.#buffer, 0, length);
    if (parser.state !== 'done' && parser.state !== 'failed') return false;
    const isPlain = isWhole && used === length && parser.framing === 'length' && parser.keepAlive;
    if (isPlain && parser.headBytes + parser.bodyBytes === length) {
      template.learn(parser.status, parser.headBytes, parser.bodyBytes);
    }
    this.#finish(slot, reader, parser, used === length);
    return true;
  }

  /** The connection ended in an orderly way after a part of the answer came: some answers end like that. */
  end(slot: number, step: number): void {
    const reader = this.#steps[step] as StepReader;
    const parser = this.#parserOf(slot, reader);
    parser.end();
    this.#finish(slot, reader, parser, true);
  }

  #parserOf(slot: number, reader: StepReader): ResponseParser {
    const parser = this.#parsers[slot] ?? new ResponseParser();
    this.#parsers[slot] = parser;
    if (this.#partial[slot] === 0) parser.reset(reader.isHead, reader.looks());
    this.#partial[slot] = 1;
    return parser;
  }

  /** `exact`: nothing follows the answer. What does follow belongs to no request: the answer cannot be trusted. */
  #finish(slot: number, reader: StepReader, parser: ResponseParser, exact: boolean): void {
    this.#partial[slot] = 0;
    if (parser.state === 'failed' || !exact) {
      this.outcome = PROTOCOL;
      this.complete = false;
      this.keepAlive = false;
      this.bodyBytes = parser.bodyBytes;
      this.body = null;
      return;
    }
    const { keepsBody } = parser;
    this.#take(reader, parser.status, parser.bodyBytes, parser.keepAlive, keepsBody, keepsBody ? parser.body() : null);
  }

  /** `looked`: the body is looked at, and is null only when it is longer than any that is kept. */
  #take(
    judge: StepJudge,
    status: number,
    bodyBytes: number,
    keepAlive: boolean,
    looked: boolean,
    body: Uint8Array | null,
  ): void {
    this.complete = true;
    this.keepAlive = keepAlive;
    this.bodyBytes = bodyBytes;
    this.body = body;
    this.outcome = judge.outcome(status, looked, body);
  }
}

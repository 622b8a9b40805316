import type { PlannedRequest } from '../core/load-plan.ts';
import { BodyCheck } from './body-check.ts';
import { failedAs, OK, type Outcome } from './ledger.ts';
import { ResponseParser } from './response-parser.ts';
import { ResponseTemplate } from './response-template.ts';

const PROTOCOL = failedAs('protocol');
const CONTRACT = failedAs('contract');
const HTTP_4XX = failedAs('http_4xx');
const HTTP_5XX = failedAs('http_5xx');

/**
 * Turns what was read on a slot's connection into an outcome: the template where it fits, else the slot's own parser.
 * After a call that returned true, the public fields hold the answer; they are overwritten by the next one.
 */
export class AnswerReader {
  outcome: Outcome = OK;
  /** A whole response came, good or not. */
  complete = false;
  keepAlive = false;
  bodyBytes = 0;

  readonly #buffer: Uint8Array;
  readonly #template: ResponseTemplate;
  readonly #check: BodyCheck;
  readonly #isHead: boolean;
  readonly #accepted = new Uint8Array(1000);
  readonly #parsers: (ResponseParser | null)[];
  /** 1: the slot's parser holds a part of its answer. */
  readonly #partial: Uint8Array;

  constructor(slots: number, request: PlannedRequest, buffer: Uint8Array) {
    this.#buffer = buffer;
    this.#template = new ResponseTemplate(buffer);
    this.#check = new BodyCheck(request.expect.json);
    this.#isHead = request.method.toUpperCase() === 'HEAD';
    for (const status of request.expect.statuses) this.#accepted[status] = 1;
    this.#parsers = Array.from({ length: slots }, () => null);
    this.#partial = new Uint8Array(slots);
  }

  /** True once a byte of the slot's answer has come. */
  hasBegun(slot: number): boolean {
    return this.#partial[slot] === 1;
  }

  /** Forgets what came of the slot's answer. */
  forget(slot: number): void {
    this.#partial[slot] = 0;
  }

  /** The first `length` bytes of the buffer came for this slot. Returns true when they end its answer. */
  read(slot: number, length: number): boolean {
    const template = this.#template;
    if (this.#partial[slot] === 0 && template.matches(length)) {
      const good = !this.#check.due() || this.#check.isGood(this.#buffer.subarray(template.headBytes, length));
      this.#take(template.status, length - template.headBytes, true, good);
      return true;
    }
    const parser = this.#parserOf(slot);
    const isWhole = !parser.started;
    const used = parser.push(this.#buffer, 0, length);
    if (parser.state !== 'done' && parser.state !== 'failed') return false;
    const isPlain = isWhole && used === length && parser.framing === 'length' && parser.keepAlive;
    if (isPlain && parser.headBytes + parser.bodyBytes === length) {
      this.#template.learn(parser.status, parser.headBytes, parser.bodyBytes);
    }
    this.#finish(slot, parser, used === length);
    return true;
  }

  /** The connection ended in an orderly way after a part of the answer came: some answers end like that. */
  end(slot: number): void {
    const parser = this.#parserOf(slot);
    parser.end();
    this.#finish(slot, parser, true);
  }

  #parserOf(slot: number): ResponseParser {
    const parser = this.#parsers[slot] ?? new ResponseParser();
    this.#parsers[slot] = parser;
    if (this.#partial[slot] === 0) parser.reset(this.#isHead, this.#check.due());
    this.#partial[slot] = 1;
    return parser;
  }

  /** `exact`: nothing follows the answer. What does follow belongs to no request: the answer cannot be trusted. */
  #finish(slot: number, parser: ResponseParser, exact: boolean): void {
    this.#partial[slot] = 0;
    if (parser.state === 'failed' || !exact) {
      this.outcome = PROTOCOL;
      this.complete = false;
      this.keepAlive = false;
      this.bodyBytes = parser.bodyBytes;
      return;
    }
    const good = !parser.keepsBody || this.#check.isGood(parser.body());
    this.#take(parser.status, parser.bodyBytes, parser.keepAlive, good);
  }

  #take(status: number, bodyBytes: number, keepAlive: boolean, good: boolean): void {
    this.complete = true;
    this.keepAlive = keepAlive;
    this.bodyBytes = bodyBytes;
    if (this.#accepted[status] === 1) this.outcome = good ? OK : CONTRACT;
    else if (status >= 400 && status < 500) this.outcome = HTTP_4XX;
    else if (status >= 500 && status < 600) this.outcome = HTTP_5XX;
    else this.outcome = CONTRACT;
  }
}

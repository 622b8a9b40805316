import { type Random, seededRandom } from '../core/random.ts';
import type { FilledRequest, TemplateValues } from './request-template.ts';
import { requestBytes } from './request-template.ts';
import { parseSaved, savedAt, type SavedValue } from './saved-value.ts';
import type { Script, Step } from './script.ts';

export interface IterationsOptions {
  readonly script: Script;
  readonly slots: number;
  readonly seed: number;
  readonly firstIteration: number;
  /** From 0, of `threads`: numbers of users and iterations are those of the whole run. */
  readonly thread: number;
  readonly threads: number;
}

const UUID_WORDS = 4;

/** What each slot's iteration is at, and the values that it carries on. */
export class Iterations implements TemplateValues {
  /** Of the whole run. */
  begun = 0;
  completed = 0;
  /** A step failed, or the connection that a sequence needs was closed. */
  broken = 0;
  readonly #options: IterationsOptions;
  readonly #steps: readonly Step[];
  readonly #step: Int32Array;
  readonly #seq: Float64Array;
  readonly #values: (Map<string, SavedValue> | undefined)[];
  /**
   * What a slot has sent of a step that may be sent again on another connection: then it must be the same request, with the values
   * that were drawn for it.
   */
  readonly #sent: (FilledRequest | Buffer | undefined)[];
  /** Some step of the plan is kept so. */
  readonly #keeps: boolean;
  /** Some step of the plan saves something. */
  readonly #saves: boolean;
  readonly #random: Random;
  /** The slot whose request is being filled. */
  #filling = 0;

  constructor(options: IterationsOptions) {
    this.#options = options;
    this.#steps = options.script.steps;
    this.#step = new Int32Array(options.slots);
    this.#seq = new Float64Array(options.slots);
    this.#values = Array.from({ length: options.slots }, () => undefined);
    this.#sent = Array.from({ length: options.slots }, () => undefined);
    this.#keeps = this.#steps.some(({ bytes, retries }) => bytes === null && retries);
    this.#saves = this.#steps.some(({ saves }) => saves.length > 0);
    this.#random = seededRandom(options.seed, 'values', String(options.thread));
  }

  /** `step`: the first one of an item. */
  begin(slot: number, step: number): void {
    const { thread, threads, firstIteration } = this.#options;
    this.#step[slot] = step;
    this.#seq[slot] = this.begun * threads + thread + firstIteration;
    this.begun += 1;
    if (this.#saves) this.#values[slot] = undefined;
  }

  stepIndex(slot: number): number {
    return this.#step[slot] as number;
  }

  step(slot: number): Step {
    return this.#steps[this.#step[slot] as number] as Step;
  }

  /** Index of the request name of a step. */
  nameOf(step: number): number {
    return (this.#steps[step] as Step).name;
  }

  /** An iteration that never got a slot. */
  refused(): void {
    this.begun += 1;
    this.broken += 1;
  }

  /** The step is done; the next one is not the first. */
  advance(slot: number): void {
    this.#step[slot] = (this.#step[slot] as number) + 1;
  }

  /** The slot's request: the same until `forget`, where it may be sent again. */
  filled(slot: number): FilledRequest {
    const kept = this.#sent[slot];
    if (kept !== undefined && !Buffer.isBuffer(kept)) return kept;
    const { fixed, retries } = this.step(slot);
    if (fixed !== null) return fixed;
    const request = this.#fill(slot);
    if (retries) this.#sent[slot] = request;
    return request;
  }

  /** The same as bytes. */
  bytes(slot: number): Buffer {
    const kept = this.#sent[slot];
    if (Buffer.isBuffer(kept)) return kept;
    const { bytes: fixed, retries } = this.step(slot);
    if (fixed !== null) return fixed;
    const bytes = requestBytes(this.#fill(slot), this.#options.script.host);
    if (retries) this.#sent[slot] = bytes;
    return bytes;
  }

  /** The slot's request has ended. */
  forget(slot: number): void {
    if (this.#keeps) this.#sent[slot] = undefined;
  }

  #fill(slot: number): FilledRequest {
    this.#filling = slot;
    return this.step(slot).template.filled(this);
  }

  /** Keeps what the step saves. False: the answer does not have it. */
  save(slot: number, body: Uint8Array | null): boolean {
    const { saves } = this.step(slot);
    if (saves.length === 0) return true;
    if (body === null) return false;
    const document = parseSaved(body);
    const values = this.#values[slot] ?? new Map<string, SavedValue>();
    this.#values[slot] = values;
    for (const [name, path] of saves) {
      const value = savedAt(document, path);
      if (value === null) return false;
      values.set(name, value);
    }
    return true;
  }

  own(name: string, lo: number, hi: number): string {
    const { thread, threads } = this.#options;
    if (name === 'seq') return String(this.#seq[this.#filling]);
    if (name === 'user') return String(this.#filling * threads + thread + 1);
    if (name === 'random') return String(lo + Math.floor(this.#random() * (hi - lo + 1)));
    return this.#uuid();
  }

  saved(name: string): SavedValue {
    const value = this.#values[this.#filling]?.get(name);
    // A plan is checked before it runs: no step uses what no earlier one saves.
    if (value === undefined) throw new Error(`{{${name}}} is not set`);
    return value;
  }

  /** RFC 9562 §5.4: random but for version and variant. */
  #uuid(): string {
    const words = Array.from({ length: UUID_WORDS }, () => Math.floor(this.#random() * 2 ** 32));
    const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
    const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
    const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
    return [...parts, hex.slice(20)].join('-');
  }
}

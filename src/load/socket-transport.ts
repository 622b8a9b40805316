import { AnswerReader } from './answer-reader.ts';
import { Connections } from './connections.ts';
import type { Iterations } from './iterations.ts';
import type { Transport } from './transport.ts';
import type { TransportOptions } from './transports.ts';

/** The engine's own HTTP/1.1 client on plain sockets. Per request it makes no object, closure or promise of its own. */
export class SocketTransport implements Transport {
  readonly answer: AnswerReader;
  readonly #connections: Connections;
  readonly #iterations: Iterations;
  /** Of a plan with one fixed request. */
  readonly #bytes: Buffer | null;

  constructor({ plan, slots, address, script, iterations, events }: TransportOptions) {
    this.#connections = new Connections(slots, { host: address, port: plan.port }, events);
    this.#iterations = iterations;
    this.#bytes = script.isSingle ? (script.steps[0]?.bytes ?? null) : null;
    this.answer = new AnswerReader(slots, script.steps, this.#connections.buffer);
  }

  get opening(): number {
    return this.#connections.opening;
  }

  get open(): number {
    return this.#connections.open;
  }

  isOpen(slot: number): boolean {
    return this.#connections.isOpen(slot);
  }

  isOpening(slot: number): boolean {
    return this.#connections.isOpening(slot);
  }

  connect(slot: number): void {
    this.#connections.connect(slot);
  }

  send(slot: number): void {
    this.#connections.send(slot, this.#bytes ?? this.#iterations.bytes(slot));
  }

  read(slot: number, length: number): boolean {
    return this.answer.read(slot, this.#iterations.stepIndex(slot), length);
  }

  end(slot: number): void {
    this.answer.end(slot, this.#iterations.stepIndex(slot));
  }

  hasBegun(slot: number): boolean {
    return this.answer.hasBegun(slot);
  }

  forget(slot: number): void {
    this.answer.forget(slot);
    this.#iterations.forget(slot);
  }

  drop(slot: number): void {
    this.#connections.drop(slot);
  }

  dropAll(): void {
    this.#connections.dropAll();
  }
}

import { isIP, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { Iterations } from './iterations.ts';
import { failedAs, OK } from './ledger.ts';
import { StepJudge } from './step-judge.ts';
import type { Answer, Transport, TransportEvents } from './transport.ts';
import type { TransportOptions } from './transports.ts';
import { UndiciLink } from './undici-link.ts';

const PROTOCOL = failedAs('protocol');

/**
 * The reference: the same load through undici, one client for each connection. Slower than the engine's own client, and written by
 * others, so that what both see of a server may be compared; the only one that speaks TLS. Bytes are those of bodies: undici does
 * not tell how long a head was.
 */
export class UndiciTransport implements Transport {
  readonly answer: { -readonly [K in keyof Answer]: Answer[K] } = {
    outcome: OK,
    complete: false,
    keepAlive: false,
    bodyBytes: 0,
    body: null,
  };
  opening = 0;
  open = 0;
  readonly #links: (UndiciLink | null)[];
  /** 1: a part of the answer had come when the slot's connection was lost. */
  readonly #begun: Uint8Array;
  readonly #judges: readonly StepJudge[];
  readonly #iterations: Iterations;
  readonly #events: TransportEvents;
  readonly #origin: string;
  readonly #host: string;
  readonly #connect: (opened: (error: NodeJS.ErrnoException | null, socket?: Socket | null) => void) => Socket;

  constructor({ plan, slots, address, script, iterations, events }: TransportOptions) {
    this.#links = Array.from({ length: slots }, () => null);
    this.#begun = new Uint8Array(slots);
    this.#judges = script.steps.map((step) => new StepJudge(step));
    this.#iterations = iterations;
    this.#events = events;
    this.#host = script.host;
    this.#origin = `${plan.scheme}://${script.host}`;
    // The driver has a deadline for every request, which includes its connection.
    const connector = buildConnector({ allowH2: false, timeout: 0, rejectUnauthorized: !plan.insecure });
    const target = { hostname: address, host: plan.host, protocol: `${plan.scheme}:`, port: String(plan.port) };
    const options = isIP(plan.host) === 0 ? { ...target, servername: plan.host } : target;
    // Typed as if it returned nothing; the socket is what it returns, and all there is to drop while it connects.
    this.#connect = (opened) => connector(options, (error, socket) => opened(error, socket)) as unknown as Socket;
  }

  isOpen(slot: number): boolean {
    return this.#links[slot]?.isOpen === true;
  }

  isOpening(slot: number): boolean {
    return this.#links[slot]?.isOpen === false;
  }

  connect(slot: number): void {
    this.opening += 1;
    const link = new UndiciLink(this.#origin, {
      whole: () => this.#links[slot] === link && this.#events.received(slot, link.bytes),
      lost: (code) => this.#lost(slot, link, code),
    });
    this.#links[slot] = link;
    const socket = this.#connect((error, opened) => {
      if (this.#links[slot] !== link) return;
      // A connector that failed calls back with nothing but its error.
      if (opened === null || opened === undefined) return this.#lost(slot, link, error?.code ?? 'UNKNOWN');
      this.opening -= 1;
      this.open += 1;
      link.opened(opened);
      return this.#events.opened(slot);
    });
    link.connecting(socket);
  }

  send(slot: number): void {
    const request = this.#iterations.filled(slot);
    const judge = this.#judges[this.#iterations.stepIndex(slot)] as StepJudge;
    this.#links[slot]?.send(
      { ...request, headers: { host: this.#host, ...lowerCased(request.headers) } },
      judge.looks(),
    );
  }

  read(slot: number): boolean {
    const link = this.#links[slot] as UndiciLink;
    const { answer } = this;
    answer.complete = link.problem === null;
    answer.keepAlive = answer.complete && link.keepAlive;
    answer.bodyBytes = link.bytes;
    answer.body = link.body();
    const judge = this.#judges[this.#iterations.stepIndex(slot)] as StepJudge;
    answer.outcome = answer.complete ? judge.outcome(link.status, link.looks, answer.body) : PROTOCOL;
    return true;
  }

  /** What undici takes for a whole answer it has told before: the rest is one that was cut off. */
  end(): void {
    this.answer.outcome = PROTOCOL;
    this.answer.complete = false;
    this.answer.keepAlive = false;
    this.answer.body = null;
  }

  hasBegun(slot: number): boolean {
    return this.#begun[slot] === 1;
  }

  forget(slot: number): void {
    this.#begun[slot] = 0;
    this.#iterations.forget(slot);
    this.#links[slot]?.forget();
    this.answer.body = null;
  }

  drop(slot: number): void {
    const link = this.#links[slot];
    if (link === null || link === undefined) return;
    if (link.isOpen) this.open -= 1;
    else this.opening -= 1;
    this.#links[slot] = null;
    link.destroy();
  }

  dropAll(): void {
    for (let slot = 0; slot < this.#links.length; slot += 1) this.drop(slot);
  }

  #lost(slot: number, link: UndiciLink, code: string | null): void {
    if (this.#links[slot] !== link) return;
    const wasOpen = link.isOpen;
    this.#begun[slot] = link.hasBegun ? 1 : 0;
    this.drop(slot);
    this.#events.lost(slot, code, wasOpen);
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

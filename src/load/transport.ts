import type { Outcome } from './ledger.ts';

/** How a transport tells what came: the last answer that was read, overwritten by the next one. */
export interface Answer {
  readonly outcome: Outcome;
  /** A whole response came, good or not. */
  readonly complete: boolean;
  /** The connection may carry another request. */
  readonly keepAlive: boolean;
  readonly bodyBytes: number;
  /** Where the body was looked at: until the next read, or `forget`. */
  readonly body: Uint8Array | null;
}

export interface TransportEvents {
  opened(slot: number): void;
  /** `length` bytes came. To be called at the moment of their coming; then `read` may be asked for what they are. */
  received(slot: number, length: number): void;
  /** The connection ended; `code` is the system's error, null for an orderly end. `wasOpen`: it had been established. */
  lost(slot: number, code: string | null, wasOpen: boolean): void;
}

/**
 * One connection per slot, opened again and again, one request at a time on each. The driver above it owns the clock, the
 * deadlines and the book-keeping; a transport knows HTTP.
 */
export interface Transport {
  readonly answer: Answer;
  /** Connections that are being established. */
  readonly opening: number;
  /** Connections that are established. */
  readonly open: number;
  isOpen(slot: number): boolean;
  isOpening(slot: number): boolean;
  connect(slot: number): void;
  /** Sends the slot's request; its connection must be open. */
  send(slot: number): void;
  /** In `received`: true when the bytes end the answer to the slot's request; `answer` then holds it. */
  read(slot: number, length: number): boolean;
  /** In `lost`, after an orderly end: what came is all that will; `answer` then holds it. */
  end(slot: number): void;
  /** A byte of the answer to the slot's request has come. */
  hasBegun(slot: number): boolean;
  /** The request is over: it, and what came of its answer, is forgotten. */
  forget(slot: number): void;
  /** Ends the connection without telling `lost`. */
  drop(slot: number): void;
  dropAll(): void;
}

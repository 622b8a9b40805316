import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import type { FilledRequest } from './request-template.ts';
import { MAX_KEPT_BODY_BYTES } from './response-parser.ts';

export interface LinkEvents {
  /** The answer is over: whole, or with a `problem`. */
  whole(): void;
  /** The connection is gone; `code` null: in an orderly way. */
  lost(code: string | null): void;
}

/** Statuses whose answers end with their head. */
const BODILESS = new Set([204, 304]);

/** One connection under an undici client, and the answer that comes on it. */
export class UndiciLink implements Dispatcher.DispatchHandler {
  isOpen = false;
  /** Of the answer: a byte of it came. */
  hasBegun = false;
  status = 0;
  keepAlive = false;
  bytes = 0;
  /** The body is kept. */
  looks = false;
  /** What was wrong with the answer; null: nothing. */
  problem: string | null = null;
  readonly #origin: string;
  readonly #events: LinkEvents;
  #socket: Socket | null = null;
  #client: Client | null = null;
  #chunks: Buffer[] = [];
  #isHead = false;

  constructor(origin: string, events: LinkEvents) {
    this.#origin = origin;
    this.#events = events;
  }

  connecting(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', (error: NodeJS.ErrnoException) => this.#events.lost(error.code ?? 'UNKNOWN'));
    socket.once('close', () => this.#events.lost(null));
  }

  opened(socket: Socket): void {
    this.isOpen = true;
    let isTaken = false;
    this.#client = new Client(this.#origin, {
      // One request at a time all the same, which is the driver's rule: at 1 the client waits for a turn of the loop between two.
      pipelining: 2,
      headersTimeout: 0,
      bodyTimeout: 0,
      // A connection is the driver's to keep or to drop: never closed here because it is idle, nor opened anew.
      keepAliveTimeout: 3_600_000,
      keepAliveMaxTimeout: 3_600_000,
      connect: (_, callback) => {
        // Called back at once, the client would not look at its queue again.
        if (isTaken) return queueMicrotask(() => callback(new Error('the connection is gone'), null));
        isTaken = true;
        return queueMicrotask(() => callback(null, socket));
      },
    });
  }

  send(request: FilledRequest, looks: boolean): void {
    this.hasBegun = false;
    this.status = 0;
    this.bytes = 0;
    this.problem = null;
    this.looks = looks;
    this.#chunks = [];
    this.#isHead = request.method === 'HEAD';
    const { method, path, headers, body } = request;
    this.#client?.dispatch({ method: method as Dispatcher.HttpMethod, path, headers, body }, this);
  }

  /** Null: it was not kept, or is longer than any that is. */
  body(): Uint8Array | null {
    return this.looks && this.bytes <= MAX_KEPT_BODY_BYTES ? Buffer.concat(this.#chunks) : null;
  }

  destroy(): void {
    this.isOpen = false;
    if (this.#client !== null) void this.#client.destroy().catch(() => undefined);
    this.#socket?.destroy();
  }

  onRequestStart(): void {
    // Required of a handler.
  }

  /** Also for interim answers: the last call is the answer's. */
  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    this.hasBegun = true;
    this.status = status;
    const isFramed =
      headers['content-length'] !== undefined ||
      headers['transfer-encoding'] !== undefined ||
      BODILESS.has(status) ||
      this.#isHead;
    this.keepAlive = isFramed && !/\bclose\b/i.test(headers.connection ?? '');
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.looks && this.bytes <= MAX_KEPT_BODY_BYTES) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#events.whole();
  }

  onResponseError(_: unknown, error: NodeJS.ErrnoException): void {
    const code = error.code ?? '';
    // Its parser's own errors; the rest tells of the connection, and `other side closed` of its orderly end.
    if (code.startsWith('HPE_') || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code === 'UND_ERR_HEADERS_OVERFLOW') {
      this.problem = error.message;
      this.#events.whole();
    } else this.#events.lost(code === 'UND_ERR_SOCKET' ? null : code || 'UNKNOWN');
  }
}

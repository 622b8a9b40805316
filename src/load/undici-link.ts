import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import { GrowingBytes } from './growing-bytes.ts';
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
/** Longer than any run: a connection is the driver's to keep or to drop. */
const NEVER_MS = 3_600_000;

/** What the client says of a request that it will not send. */
const REFUSALS = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH']);
/** What it says of an answer that is none, beside the errors of its parser. */
const BAD_ANSWERS = new Set(['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'UND_ERR_HEADERS_OVERFLOW']);
/** The same, by the message of its error of a socket: an interim 100, another protocol. */
const BAD_MESSAGES = new Set(['bad response', 'bad upgrade']);

function isOfAnswer({ name, code = '', message }: NodeJS.ErrnoException): boolean {
  return name === 'HTTPParserError' || BAD_ANSWERS.has(code) || BAD_MESSAGES.has(message);
}

/** One connection under an undici client, and the answer that comes on it. */
export class UndiciLink implements Dispatcher.DispatchHandler {
  isOpen = false;
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
  readonly #body = new GrowingBytes();
  #isHead = false;
  /** The answer has a field Connection. */
  #saysConnection = false;
  /** An answer without one has come, and the client has not closed behind it. */
  #isPersistent = false;
  /** What the socket had read when the request was sent. */
  #bytesBefore = 0;

  constructor(origin: string, events: LinkEvents) {
    this.#origin = origin;
    this.#events = events;
  }

  /** A byte of the answer came: the client tells only of whole heads. */
  get hasBegun(): boolean {
    return (this.#socket?.bytesRead ?? 0) > this.#bytesBefore;
  }

  connecting(socket: Socket): void {
    this.#socket = socket;
    // Of what the client finds wrong, too, the socket tells first.
    socket.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
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
      // Never closed here because it is idle, nor opened anew. What a server says in Keep-Alive is not obeyed either: who closes then is
      // the server. The client takes the threshold off what it says.
      keepAliveTimeout: NEVER_MS,
      keepAliveMaxTimeout: NEVER_MS,
      keepAliveTimeoutThreshold: -NEVER_MS,
      connect: (_, callback) => {
        // Called back at once, the client would not look at its queue again.
        if (isTaken) return queueMicrotask(() => callback(new Error('the connection is gone'), null));
        isTaken = true;
        return queueMicrotask(() => callback(null, socket));
      },
    });
  }

  send(request: FilledRequest, looks: boolean): void {
    this.#bytesBefore = this.#socket?.bytesRead ?? 0;
    this.status = 0;
    this.bytes = 0;
    this.problem = null;
    this.looks = looks;
    this.#body.clear();
    this.#isHead = request.method === 'HEAD';
    const { method, path, headers, body } = request;
    // Otherwise it would close the connection after each HEAD, which it announces.
    this.#client?.dispatch({ method, path, headers, body, reset: false }, this);
  }

  /** Until the next request, or `forget`. Null: it was not kept, or is longer than any that is. */
  body(): Uint8Array | null {
    return this.looks && this.bytes <= MAX_KEPT_BODY_BYTES ? this.#body.bytes.subarray(0, this.bytes) : null;
  }

  /** Gives back the memory of the answer. */
  forget(): void {
    this.#body.release();
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
    this.status = status;
    const connection = headers.connection ?? '';
    const saysItsEnd = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    // As the client has it, which else would close what is believed to be open: it doubts bodies where there are none.
    let isKept = saysItsEnd || (this.#isHead && /\bkeep-alive\b/i.test(connection));
    if (BODILESS.has(status)) isKept = this.#isHead || !saysItsEnd || headers['content-length'] === '0';
    this.keepAlive = isKept && !/\bclose\b/i.test(connection);
    this.#saysConnection = headers.connection !== undefined;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (!this.looks) return;
    if (this.bytes <= MAX_KEPT_BODY_BYTES) this.#body.append(chunk, 0, chunk.length);
    else this.#body.release();
  }

  /** Of an answer that says nothing of its connection the version tells whether it is kept, which the client knows and does not tell. */
  onResponseEnd(): void {
    if (!this.keepAlive || this.#saysConnection || this.#isPersistent) return this.#events.whole();
    return process.nextTick(() => {
      const { destroyed = true, errored = null } = this.#socket ?? {};
      this.#isPersistent = !destroyed;
      this.keepAlive = !destroyed;
      // Bytes behind the answer, which are no other one.
      if (errored !== null && isOfAnswer(errored)) this.problem = errored.message;
      this.#events.whole();
    });
  }

  onResponseError(_: unknown, error: Error): void {
    this.#failed(error);
  }

  /** @throws Error when the client refuses the request: no server has a part in that, and the run is void. */
  #failed(error: NodeJS.ErrnoException): void {
    const { code = 'UNKNOWN', message } = error;
    if (REFUSALS.has(code)) throw new Error(`undici does not send this request: ${message}`);
    if (isOfAnswer(error)) {
      this.problem = message;
      this.#events.whole();
      // `other side closed` is its word for an orderly end.
    } else this.#events.lost(code === 'UND_ERR_SOCKET' ? null : code);
  }
}

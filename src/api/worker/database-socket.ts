import { Buffer } from 'node:buffer';
import { connect, type Socket } from 'cloudflare:sockets';
import { EventEmitter } from 'node:events';
import type { DatabaseAddress } from '../../db/node-sockets.ts';
import type { DatabaseSocket } from '../../db/open-sockets.ts';

function lost(code: string, cause?: unknown): Error {
  return Object.assign(new Error(`the database cannot be reached: ${code}`, { cause }), { code });
}

/**
 * A connection as postgres.js wants one: the part of Node's socket that it uses, over workerd's. Its own would tell nothing of a
 * connection that is closed before the database has said a word, and try again at once and for ever; here whatever the other side
 * ends is an error with a code (src/api/faults.ts).
 */
class WorkerSocket extends EventEmitter implements DatabaseSocket {
  readyState: 'open' | 'closed' = 'open';
  bytesRead = 0;
  readonly #socket: Socket;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #isEnding = false;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    this.#writer = socket.writable.getWriter();
    void this.#read();
  }

  /** Always takes more: a statement and its values are in memory anyway. */
  write(bytes: Uint8Array, written?: () => void): boolean {
    this.#writer.write(bytes).then(
      () => written?.(),
      (error: unknown) => this.#over(lost('EPIPE', error)),
    );
    return true;
  }

  end(bytes?: Uint8Array): void {
    this.#isEnding = true;
    const goodbye = bytes === undefined ? Promise.resolve() : this.#writer.write(bytes);
    // The other side may be gone already; either way nothing is left to do.
    goodbye
      .then(() => this.#socket.close())
      .catch(() => undefined)
      .finally(() => this.#over());
  }

  get destroyed(): boolean {
    return this.readyState === 'closed';
  }

  /** Without a goodbye, which a side that says nothing might never take. */
  destroy(): void {
    this.#isEnding = true;
    this.#socket.close().catch(() => undefined);
    this.#over();
  }

  async #read(): Promise<void> {
    const reader = this.#socket.readable.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        this.bytesRead += value.byteLength;
        this.emit('data', Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      }
      this.#over(lost('CONNECTION_CLOSED'));
    } catch (error) {
      this.#over(lost('ECONNRESET', error));
    }
  }

  #over(error?: Error): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    if (error !== undefined && !this.#isEnding) this.emit('error', error);
    this.emit('close');
  }
}

/** Rejects with code ECONNREFUSED when nothing takes the connection. */
export async function openDatabaseSocket({ host, port }: DatabaseAddress): Promise<WorkerSocket> {
  const socket = connect({ hostname: host[0] ?? '', port: port[0] ?? 5432 });
  try {
    await socket.opened;
  } catch (error) {
    throw lost('ECONNREFUSED', error);
  }
  return new WorkerSocket(socket);
}

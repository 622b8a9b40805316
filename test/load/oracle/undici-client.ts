import { Duplex } from 'node:stream';
import { crc32 } from 'node:zlib';
import { Client } from 'undici';
import type { AnswerSeen, Ending, Outcome } from './outcome.ts';
import type { ParserCase } from './parser-case.ts';

/** Beyond the largest head of any case: ours has a bound of 64 KiB, and undici's own of 16 KiB is no matter of parsing. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** A socket without a network: each `deliver` is one read of undici's, done with when it returns. */
class MemorySocket extends Duplex {
  /** Why it was destroyed. */
  reason: Error | null = null;
  #piece: Buffer | null = null;

  deliver(piece: Buffer): void {
    this.#piece = piece;
    this.emit('readable');
  }

  override read(): Buffer | null {
    const piece = this.#piece;
    this.#piece = null;
    return piece;
  }

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.reason = error;
    done(error);
  }
}

/**
 * Reads a case with undici's `Client` whole, over a `connect` of its own that hands it a socket in memory: one read for each piece, and
 * no kernel that joins them. Like the engine's own slots it asks for each connection to be kept, also after HEAD.
 */
export async function readWithClient(made: ParserCase): Promise<Outcome> {
  const socket = new MemorySocket();
  const connected = Promise.withResolvers<void>();
  let connections = 0;
  const client = new Client('http://benchwright.test', {
    pipelining: made.methods.length,
    maxHeaderSize: MAX_HEADER_BYTES,
    // What `Keep-Alive: timeout=…` asks for is taken as it is, without two seconds less.
    keepAliveTimeoutThreshold: 0,
    connect: (_, callback) => {
      connections += 1;
      if (connections > 1) return callback(new Error('one connection is all there is'), null);
      // undici is still busy with the request that made it connect.
      queueMicrotask(() => {
        callback(null, socket as never);
        connected.resolve();
      });
    },
  });
  const answers = new Answers();
  for (const method of made.methods) client.dispatch({ path: '/', method, reset: false }, answers);
  await connected.promise;
  const ending = play(made, socket, answers);
  await client.destroy();
  return { answers: answers.whole(socket), ending };
}

function play({ methods, bytes, cuts, ends }: ParserCase, socket: MemorySocket, answers: Answers): Ending {
  const buffer = Buffer.from(bytes, 'latin1');
  let from = 0;
  for (const to of [...cuts, buffer.length]) {
    if (socket.destroyed) break;
    if (from < to) socket.deliver(buffer.subarray(from, to));
    from = to;
  }
  if (!socket.destroyed && ends && answers.count < methods.length) socket.emit('end');
  if (!socket.destroyed) return answers.count === methods.length ? 'idle' : 'waiting';
  if (wasReset(socket)) return 'closed';
  return answers.count === methods.length ? 'leftover' : 'failed';
}

/** undici itself ended the connection because the last answer does not keep it. */
function wasReset({ reason }: MemorySocket): boolean {
  return reason instanceof Error && reason.message === 'reset';
}

/** Takes the answers as undici gives them, one after the other. */
class Answers {
  readonly #seen: Omit<AnswerSeen, 'reuse'>[] = [];
  #status = 0;
  #bodyBytes = 0;
  #digest = 0;

  get count(): number {
    return this.#seen.length;
  }

  /** An answer was followed by another one on its connection, or the connection was still there after it. */
  whole(socket: MemorySocket): AnswerSeen[] {
    return this.#seen.map((answer, i) => ({ ...answer, reuse: i + 1 < this.count || !wasReset(socket) }));
  }

  onRequestStart(): void {}

  onResponseStart(_: unknown, status: number): void {
    this.#status = status;
    this.#bodyBytes = 0;
    this.#digest = 0;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#bodyBytes += chunk.length;
    this.#digest = crc32(chunk, this.#digest);
  }

  onResponseEnd(): void {
    this.#seen.push({ status: this.#status, bodyBytes: this.#bodyBytes, digest: this.#digest });
  }

  onResponseError(): void {}
}

import type { Socket } from 'node:net';

/**
 * Node's own binding of a stream's writes, which is not public: where it is not as it is known here, the streams do it all.
 * `writeBuffer` returns 0 or a negative error; a write that the kernel did not take whole goes on by itself, and its request is told.
 */
interface WriteRequest {
  oncomplete: (status: number) => void;
  /** Keeps the bytes alive until then. */
  buffer: Uint8Array | null;
}

interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
  readonly streamBaseState: Int32Array;
  readonly kLastWriteWasAsync: number;
}

/** Where a socket has it. */
const HANDLE = '_handle';

interface StreamHandle {
  writeBuffer?: (request: WriteRequest, bytes: Uint8Array) => number;
}

function findBinding(): StreamBinding | null {
  try {
    const { binding } = process as unknown as { binding: (name: string) => Partial<StreamBinding> };
    const { WriteWrap, streamBaseState, kLastWriteWasAsync } = binding.call(process, 'stream_wrap');
    if (typeof WriteWrap !== 'function' || !(streamBaseState instanceof Int32Array)) return null;
    return kLastWriteWasAsync === undefined ? null : { WriteWrap, streamBaseState, kLastWriteWasAsync };
  } catch {
    return null;
  }
}

/**
 * Writes to sockets without the stream around them: `Socket.write` makes a request in C++, a callback and a state for each write, where
 * a generator writes a hundred thousand times a second, always as the only write of its connection. One request serves all writes that
 * the kernel takes at once.
 */
export class DirectWriter {
  readonly #binding = findBinding();
  #request: WriteRequest | null = null;

  write(socket: Socket, bytes: Buffer): void {
    const handle = (socket as unknown as { readonly [HANDLE]?: StreamHandle | null })[HANDLE];
    if (this.#binding === null || typeof handle?.writeBuffer !== 'function') return void socket.write(bytes);
    this.#request ??= new this.#binding.WriteWrap();
    // What cannot be written fails again in the stream, which tells it as it tells all errors.
    if (handle.writeBuffer(this.#request, bytes) !== 0) return void socket.write(bytes);
    if (this.#binding.streamBaseState[this.#binding.kLastWriteWasAsync] === 0) return;
    this.#request.buffer = bytes;
    this.#request.oncomplete = (status) => {
      if (status < 0) socket.destroy();
    };
    this.#request = null;
  }
}

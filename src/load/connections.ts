import { connect, type Socket } from 'node:net';
import { DirectWriter } from './direct-write.ts';
import type { TransportEvents } from './transport.ts';

/** One read's size. All connections share one buffer: what is read is used up before the next read. */
const READ_BUFFER_BYTES = 64 * 1024;

/** One TCP connection per slot, opened again and again. */
export class Connections {
  /** Every read begins at its offset 0. */
  readonly buffer = new Uint8Array(READ_BUFFER_BYTES);
  /** Connections that are being established, and that are. */
  opening = 0;
  open = 0;
  readonly #writer = new DirectWriter();
  readonly #sockets: (Socket | null)[];
  readonly #isOpen: Uint8Array;
  readonly #address: { readonly host: string; readonly port: number };
  readonly #events: TransportEvents;

  /** `address.host`: an IP address, so that no name is looked up while the clock runs. */
  constructor(slots: number, address: { readonly host: string; readonly port: number }, events: TransportEvents) {
    this.#sockets = Array.from({ length: slots }, () => null);
    this.#isOpen = new Uint8Array(slots);
    this.#address = address;
    this.#events = events;
  }

  isOpen(slot: number): boolean {
    return this.#isOpen[slot] === 1;
  }

  isOpening(slot: number): boolean {
    return this.#sockets[slot] !== null && this.#isOpen[slot] === 0;
  }

  connect(slot: number): void {
    const socket = connect({
      ...this.#address,
      noDelay: true,
      onread: {
        buffer: this.buffer,
        callback: (length: number) => {
          if (this.#sockets[slot] === socket) this.#events.received(slot, length);
          return true;
        },
      },
    });
    this.#sockets[slot] = socket;
    this.opening += 1;
    socket.once('connect', () => {
      if (this.#sockets[slot] !== socket) return;
      this.opening -= 1;
      this.open += 1;
      this.#isOpen[slot] = 1;
      this.#events.opened(slot);
    });
    socket.once('end', () => this.#lost(slot, socket, null));
    socket.once('close', () => this.#lost(slot, socket, null));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#lost(slot, socket, error.code ?? 'UNKNOWN'));
  }

  /** The connection must be open. */
  send(slot: number, bytes: Buffer): void {
    const socket = this.#sockets[slot];
    if (socket !== null && socket !== undefined) this.#writer.write(socket, bytes);
  }

  /** Ends the connection without telling `lost`. */
  drop(slot: number): void {
    const socket = this.#sockets[slot];
    if (socket === null || socket === undefined) return;
    if (this.#isOpen[slot] === 0) this.opening -= 1;
    else this.open -= 1;
    this.#sockets[slot] = null;
    this.#isOpen[slot] = 0;
    socket.destroy();
  }

  dropAll(): void {
    for (let slot = 0; slot < this.#sockets.length; slot += 1) this.drop(slot);
  }

  #lost(slot: number, socket: Socket, code: string | null): void {
    if (this.#sockets[slot] !== socket) return;
    const wasOpen = this.#isOpen[slot] === 1;
    this.drop(slot);
    this.#events.lost(slot, code, wasOpen);
  }
}

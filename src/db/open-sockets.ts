/** What is used of a connection's socket beside what postgres.js does with it. */
export interface DatabaseSocket {
  readonly bytesRead: number;
  readonly destroyed: boolean;
  destroy(): unknown;
}

/** How many bytes have come in on each socket that is open. */
export type Heard = ReadonlyMap<DatabaseSocket, number>;

/**
 * The sockets of one pool. postgres.js bounds no statement and has no way to give up one connection, and tells nobody which
 * connection a statement is on: so those are dropped from which nothing has come.
 */
export class OpenSockets {
  #sockets = new Set<DatabaseSocket>();
  #isClosed = false;

  /** None hears of its end from here: under TLS postgres.js takes all listeners off the socket. */
  add(socket: DatabaseSocket): void {
    for (const known of this.#sockets) if (known.destroyed) this.#sockets.delete(known);
    this.#sockets.add(socket);
    if (this.#isClosed) socket.destroy();
  }

  heard(): Heard {
    return new Map([...this.#sockets].map((socket) => [socket, socket.bytesRead]));
  }

  /** Drops those from which nothing has come since; what is under way on them fails with CONNECTION_CLOSED. */
  dropSilent(since: Heard): void {
    for (const [socket, bytes] of since) if (!socket.destroyed && socket.bytesRead === bytes) socket.destroy();
  }

  /** Drops all, and those that are still to come. */
  close(): void {
    this.#isClosed = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}

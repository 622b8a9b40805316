import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server, and the answers that are still to be given on each. */
export class Connections {
  readonly #server: Server;
  readonly #open = new Map<Socket, Set<ServerResponse>>();
  #draining = false;

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#open.set(socket, new Set());
      socket.once('close', () => this.#open.delete(socket));
    });
    // Before the app's own listener: an answer cannot have begun yet.
    server.prependListener('request', ({ socket }, answer) => this.#began(socket, answer));
  }

  /** Whether an answer on that connection has been begun, so that nothing else may be written to it. */
  isAnswering(socket: Socket): boolean {
    return [...(this.#open.get(socket) ?? [])].some((answer) => answer.headersSent);
  }

  /** Ends connections without a request at once, the others with their answer, which says so (`Connection: close`). */
  drain(): void {
    this.#draining = true;
    for (const [socket, answers] of this.#open) {
      if (answers.size === 0) socket.destroy();
      for (const answer of answers) announceEnd(answer);
    }
  }

  /** Ends all of them at once, whatever is under way. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  #began(socket: Socket, answer: ServerResponse): void {
    const answers = this.#open.get(socket);
    if (answers === undefined) return;
    answers.add(answer);
    if (this.#draining) announceEnd(answer);
    answer.once('close', () => {
      answers.delete(answer);
      // One whose head was sent before the drain could not announce it.
      if (this.#draining && answers.size === 0) socket.end();
    });
  }
}

function announceEnd(answer: ServerResponse): void {
  if (!answer.headersSent) answer.setHeader('Connection', 'close');
}

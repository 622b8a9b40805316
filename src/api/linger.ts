import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Lets a sender read its answer where that comes before the end of its body, as when a body is refused for its announced length. To close
 * a connection on which more is coming resets it, and many a sender, busy with writing, then never sees why. So it is closed for writing
 * first; what still comes is dropped for so long (ms), and then the connection is cut.
 */
export function lingerAfterAnswers(server: Server, linger_ms: number): void {
  const requests = new WeakMap<Socket, IncomingMessage>();
  server.prependListener('request', (request) => void requests.set(request.socket, request));
  server.on('connection', (socket) => {
    const close = socket.destroySoon.bind(socket);
    let isLingering = false;
    // Node's server calls it when the last answer of a connection has been written.
    socket.destroySoon = () => {
      const request = requests.get(socket);
      if (request === undefined || request.complete || socket.destroyed) return close();
      if (isLingering) return;
      isLingering = true;
      linger(socket, request, linger_ms);
    };
  });
}

function linger(socket: Socket, request: IncomingMessage, linger_ms: number): void {
  const cut = setTimeout(() => socket.destroy(), linger_ms);
  socket.once('close', () => clearTimeout(cut));
  request.once('end', () => socket.destroy());
  socket.end();
  request.resume();
}

import { createServer, type Socket } from 'node:net';

/** What the null server answers whatever it is sent: the least that is a response with a body like the contract's. */
const ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{"message":"Hello"}',
  'latin1',
);
const BLANK_LINE = Buffer.from('\r\n\r\n', 'latin1');

export interface NullServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A server without an application: each read that ends a request without a body is answered with fixed bytes. What it takes
 * is the floor under every measurement at the same load: kernel, loopback and the engine itself.
 */
export async function startNullServer(): Promise<NullServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      if (chunk.subarray(-4).equals(BLANK_LINE)) socket.write(ANSWER);
    });
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(0, '127.0.0.1', 4096, listening.resolve);
  await listening.promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the null server has no port');
  return {
    port: address.port,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of sockets) socket.destroy();
      await closed.promise;
    },
  };
}

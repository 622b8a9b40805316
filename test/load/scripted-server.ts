import { createServer, type Socket } from 'node:net';

/** A server of the tests: answers each request (without a body) as its script says, and counts what it saw. */
export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /** Whole requests that came. */
  readonly requests: () => number;
  readonly connections: () => number;
  /** When each request came (ms, `performance.now`). */
  readonly times: readonly number[];
}

/** `n` counts the requests from 1, `nOnSocket` those of the connection. */
export type Script = (socket: Socket, n: number, nOnSocket: number) => void;

export const OK_ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Type: application/json\r\n\r\n{"ok":true}';

export async function startScriptedServer(
  script: Script,
  options: { onConnection?: (socket: Socket, n: number) => void } = {},
): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  const times: number[] = [];
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    connections += 1;
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    options.onConnection?.(socket, connections);
    let pending = '';
    let nOnSocket = 0;
    socket.on('data', (chunk: Buffer) => {
      pending += chunk.toString('latin1');
      for (let at = pending.indexOf('\r\n\r\n'); at >= 0; at = pending.indexOf('\r\n\r\n')) {
        pending = pending.slice(at + 4);
        times.push(performance.now());
        nOnSocket += 1;
        script(socket, times.length, nOnSocket);
      }
    });
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(0, '127.0.0.1', 1024, listening.resolve);
  await listening.promise;
  const { port } = server.address() as { port: number };
  return {
    port,
    times,
    requests: () => times.length,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of sockets) socket.destroy();
      await closed.promise;
    },
  };
}

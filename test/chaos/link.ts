import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { LOOPBACK } from '../../src/runner/ports.ts';

/** The way from one component to another: a TCP proxy that can be cut. */
export interface Link {
  readonly port: number;
  /** Resets every connection, and refuses new ones for so long. */
  cut(ms: number): void;
  /** Called once, with the next bytes that come back; they and what follows on that connection are thrown away. */
  swallowNextAnswer(onAnswer: () => void): void;
  /** Takes connections again at once. */
  mend(): void;
  close(): Promise<void>;
}

export async function startLink(to: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let refusing = false;
  let mending: NodeJS.Timeout | undefined;
  let swallow: (() => void) | null = null;
  const server = createServer((client) => {
    const upstream = connect({ host: LOOPBACK, port: to });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        for (const each of [client, upstream]) each.destroy();
      });
    }
    if (refusing) {
      client.resetAndDestroy();
      return;
    }
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      if (swallow !== null) {
        swallow();
        swallow = null;
        client.destroy();
      } else if (!client.write(chunk)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    });
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const mend = (): void => {
    clearTimeout(mending);
    refusing = false;
  };
  return {
    port: (server.address() as AddressInfo).port,
    mend,
    cut: (ms) => {
      refusing = true;
      for (const socket of sockets) socket.resetAndDestroy();
      clearTimeout(mending);
      mending = setTimeout(mend, ms);
    },
    swallowNextAnswer: (onAnswer) => (swallow = onAnswer),
    close: async () => {
      mend();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

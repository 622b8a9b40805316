import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { App } from './endpoint.ts';
import { StartError } from './start-error.ts';

/** Longer than a long poll and the usual proxies' 60 s: a connection is never closed under a request that is being sent. */
const KEEP_ALIVE_MS = 75_000;
/** An 8 MiB trial over a slow line takes about a minute. */
const REQUEST_MS = 120_000;
/** Requests in flight may finish; then their connections are cut. */
const GRACE_MS = 5_000;
/** A connection that was busy when the server closed stays open when its answer is sent: it is looked for this often. */
const IDLE_CHECK_MS = 50;

export interface Listening {
  readonly port: number;
  /** Takes no new connections, lets requests in flight finish, then cuts what is left. Idempotent. */
  close(): Promise<void>;
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    const message = `port ${port} on ${host} is taken: stop what listens there, or choose another with --port`;
    return new StartError('port-taken', message, { cause: error });
  }
  if (error.code === 'EACCES') {
    const message = `port ${port} needs rights that this user lacks: choose one above 1023 with --port`;
    return new StartError('port-forbidden', message, { cause: error });
  }
  return error;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(cut);
      resolve();
    });
  });
}

/** Serves the app by HTTP/1.1. Port 0: any free one. Errors: `StartError`, one line with the remedy. */
export async function listen(app: App, { host, port }: { host: string; port: number }): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions: { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS },
    overrideGlobalObjects: false,
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, host, port)));
    server.listen(port, host, resolve);
  });
  let closing: Promise<void> | null = null;
  return { port: (server.address() as AddressInfo).port, close: () => (closing ??= close(server)) };
}

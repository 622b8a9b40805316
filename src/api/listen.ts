import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { AppError } from '../core/errors.ts';
import { answerClientError } from './client-error.ts';
import { Connections } from './connections.ts';
import type { Deps } from './deps.ts';
import type { App } from './endpoint.ts';
import { lingerAfterAnswers } from './linger.ts';
import { problemResponse } from './problem.ts';
import { requestId } from './request-id.ts';
import { StartError } from './start-error.ts';

/** Longer than a long poll and the usual proxies' 60 s: a connection is never closed under a request that is being sent. */
const KEEP_ALIVE_MS = 75_000;

/** How long a client may take, in milliseconds. */
export interface ListenBounds {
  /** From the first byte, or the connection, to the end of the headers. */
  readonly headers_ms: number;
  /** To the end of the body: an 8 MiB trial over a slow line takes about a minute. Bodies have a bound of their own below it. */
  readonly request_ms: number;
  /** How often the two are looked at. */
  readonly check_ms: number;
  /** A sender who has his answer before all was sent may go on; then his connection is cut. */
  readonly linger_ms: number;
  /** Requests in flight may finish when the service stops; then their connections are cut. */
  readonly grace_ms: number;
}

const BOUNDS: ListenBounds = {
  headers_ms: 20_000,
  request_ms: 120_000,
  check_ms: 1_000,
  linger_ms: 2_000,
  grace_ms: 10_000,
};

export interface Listening {
  readonly port: number;
  /** Takes no new connections, lets requests in flight finish, then cuts what is left. Idempotent. */
  close(): Promise<void>;
  /** Waits for nobody any more: a `close()` under way ends at once. */
  cut(): void;
}

interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly bounds?: Partial<ListenBounds> | undefined;
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

function close(server: Server, connections: Connections, grace_ms: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => connections.cut(), grace_ms);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    connections.drain();
  });
}

/** Answers what HTTP allows and no `Request` can be made of. */
function impossible(deps: Pick<Deps, 'log' | 'uuid'>, error: unknown): Response {
  const request_id = requestId(deps);
  deps.log.info({ request_id, status: 400, code: 'malformed-request' }, 'no request');
  const why = error instanceof Error ? error.message : String(error);
  const problem = problemResponse(new AppError('malformed-request', why), { path: '', request_id });
  problem.headers.set('X-Request-Id', request_id);
  return problem;
}

/** Serves the app by HTTP/1.1. Port 0: any free one. Errors: `StartError`, one line with the remedy. */
export async function listen(
  app: App,
  deps: Pick<Deps, 'log' | 'uuid'>,
  { host, port, bounds }: ListenOptions,
): Promise<Listening> {
  const { headers_ms, request_ms, check_ms, linger_ms, grace_ms } = { ...BOUNDS, ...bounds };
  const answer = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    // A host or an address that no request can be made of; the app itself answers every error.
    errorHandler: (error) => impossible(deps, error),
  });
  const timeouts = { keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: headers_ms, requestTimeout: request_ms };
  const server = createServer({ ...timeouts, connectionsCheckingInterval: check_ms }, (incoming, outgoing) => {
    void answer(incoming, outgoing);
  });
  const connections = new Connections(server);
  lingerAfterAnswers(server, linger_ms);
  server.on('clientError', (error: Error, socket: Socket) =>
    answerClientError(deps, error, socket, connections.isAnswering(socket)),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, host, port)));
    server.listen(port, host, resolve);
  });
  let closing: Promise<void> | null = null;
  return {
    port: (server.address() as AddressInfo).port,
    close: () => (closing ??= close(server, connections, grace_ms)),
    cut: () => connections.cut(),
  };
}

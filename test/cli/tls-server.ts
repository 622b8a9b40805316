import { createServer } from 'node:https';
import type { Certificate } from '../fixtures/certificate.ts';

export interface TlsServer extends AsyncDisposable {
  readonly url: string;
  /** Requests that came. */
  readonly requests: () => number;
}

/** Answers everything over TLS with a little JSON. */
export async function startTlsServer(certificate: Certificate): Promise<TlsServer> {
  let requests = 0;
  const server = createServer(certificate, (_, response) => {
    requests += 1;
    response.setHeader('Content-Type', 'application/json');
    response.end('{"ok":true}');
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const { port } = server.address() as { port: number };
  return {
    url: `https://127.0.0.1:${port}/`,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

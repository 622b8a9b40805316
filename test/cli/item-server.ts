import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ItemServer extends AsyncDisposable {
  /** Without a path. */
  readonly url: string;
  readonly seen: readonly Seen[];
}

/** POST /items makes an item and answers 201 with its id, GET /items/ID has it; everything else is 404. */
export async function startItemServer(): Promise<ItemServer> {
  const seen: Seen[] = [];
  let items = 0;
  const answer = (response: ServerResponse, status: number, json: unknown): void => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(json));
  };
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.once('end', () => {
      seen.push({ method, path: url, headers, body });
      const id = Number(/^\/items\/(\d+)$/.exec(url)?.[1]);
      if (method === 'POST' && url === '/items') answer(response, 201, { id: (items += 1) });
      else if (method === 'GET' && id >= 1 && id <= items) answer(response, 200, { id });
      else answer(response, 404, { error: 'there is no such item' });
    });
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

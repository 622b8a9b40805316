import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Number of the connection that it came on, from 1. */
  readonly connection: number;
}

/** A server of tasks in memory, as the contract's: `POST /tasks`, then `GET`, `PUT` and `DELETE /tasks/{id}`; it keeps what it saw. */
export interface TaskServer extends AsyncDisposable {
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  /** Tasks that are there. */
  readonly tasks: ReadonlyMap<number, unknown>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

export async function startTaskServer(): Promise<TaskServer> {
  const seen: SeenRequest[] = [];
  const tasks = new Map<number, unknown>();
  const connections = new WeakMap<object, number>();
  let connectionCount = 0;
  let lastId = 0;

  const answer = (response: ServerResponse, status: number, json: unknown): void => {
    const body = json === undefined ? '' : JSON.stringify(json);
    response
      .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      .end(body);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const { method = '', url: path = '', headers, socket } = request;
    const connection = connections.get(socket) ?? (connectionCount += 1);
    connections.set(socket, connection);
    seen.push({ method, path, headers, body, connection });
    const id = Number(/^\/tasks\/(\d+)$/.exec(path)?.[1] ?? Number.NaN);
    if (method === 'POST' && path === '/tasks') {
      lastId += 1;
      tasks.set(lastId, JSON.parse(body));
      return answer(response, 201, { id: lastId, nested: { list: [{ name: `n${lastId}` }] } });
    }
    if (!tasks.has(id)) return answer(response, path === '/hello' ? 200 : 404, { path });
    if (method === 'PUT') tasks.set(id, JSON.parse(body));
    if (method === 'DELETE') tasks.delete(id);
    return method === 'DELETE' ? answer(response, 204, undefined) : answer(response, 200, { id });
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    tasks,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

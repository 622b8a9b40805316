import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallSpec } from '../fixtures/spec.ts';
import { runToEnd } from './runner-client.ts';
import { type Api, jsonOf, type Project, startApi } from './service.ts';

/** Enough trials that their rows are several pages: the first page has one trial, the second four. */
const BLOCKS = 10;

let api: Api;
let project: Project;
let http: Server;
let port: number;
/** What happens when the first piece of an answer has been sent. */
let afterFirst: (() => Promise<unknown>) | null = null;

/** The service; a client over a socket cannot tell when the next page is made. */
async function serve(incoming: Request): Promise<Response> {
  const answer = await api.app.fetch(incoming);
  if (answer.body === null) return answer;
  const happening = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      controller.enqueue(chunk);
      const happens = afterFirst;
      afterFirst = null;
      await happens?.();
    },
  });
  return new Response(answer.body.pipeThrough(happening), answer);
}

beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  http = createAdaptorServer({ fetch: serve, createServer, overrideGlobalObjects: false }) as Server;
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  ({ port } = http.address() as AddressInfo);
});
afterAll(async () => {
  http.closeAllConnections();
  http.close();
  await once(http, 'close');
});

async function ended(): Promise<string> {
  const json = smallSpec({ repetitions: BLOCKS });
  const { id } = await jsonOf<{ id: string }>(await project.send('POST', '/v1/experiments', { json }), 202);
  await runToEnd(project);
  return `/v1/experiments/${id}`;
}

async function open(path: string): Promise<IncomingMessage> {
  const sent = request({ host: '127.0.0.1', port, path, headers: { Authorization: `Bearer ${project.key}` } });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

/** What came, and how it ended. */
async function readOn(response: IncomingMessage): Promise<{ text: string; end: 'whole' | 'broken off' }> {
  let text = '';
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) text += String(chunk);
    return { text, end: 'whole' };
  } catch {
    return { text, end: 'broken off' };
  }
}

it.each(['results.csv?view=seconds', 'results.json?view=seconds', 'results.csv?view=requests'])(
  'An answer of %s is broken off when its experiment is deleted while it is sent',
  async (path) => {
    const experiment = await ended();
    const deleted: number[] = [];
    const begun = Promise.withResolvers<void>();
    afterFirst = async () => {
      await begun.promise;
      deleted.push((await project.send('DELETE', experiment)).status);
    };
    const answer = await open(`${experiment}/${path}`);
    begun.resolve();
    const { text, end } = await readOn(answer);
    expect(answer.statusCode).toBe(200);
    expect(deleted).toEqual([204]);
    expect(text).not.toBe('');
    expect(end).toBe('broken off');
  },
);

it('One that nothing happens to ends well, with as many rows as were announced', async () => {
  const answer = await open(`${await ended()}/results.csv?view=seconds`);
  const { text, end } = await readOn(answer);
  expect(end).toBe('whole');
  // The header, and nothing after the last line.
  expect(text.split('\r\n').length - 2).toBe(Number(answer.headers['x-row-count']));
});

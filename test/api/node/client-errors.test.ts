import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveNode, type Service } from '../../../src/api/node.ts';
import { type RawAnswer, rawConnection } from './raw-http.ts';

const logged: Record<string, unknown>[] = [];
const log = { info: (fields: Record<string, unknown>) => void logged.push(fields), warn() {}, error() {} };

let dataDir: string;
let service: Service;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'benchwright-sockets-'));
  const bounds = { headers_ms: 200, request_ms: 2_000, check_ms: 20, body_ms: 100 };
  service = await serveNode({ port: 0, host: '127.0.0.1', dataDir, version: '0.1.0', log, bounds });
});
afterAll(async () => {
  await service.close();
  await rm(dataDir, { recursive: true });
});

async function sent(text: string): Promise<RawAnswer> {
  const { socket, answered } = await rawConnection(service.port);
  socket.write(text);
  return answered;
}

/** A problem like any other, with an id that the log knows too. */
function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.headers['connection']).toBe('close');
  const problem = JSON.parse(answer.body) as Record<string, unknown>;
  expect(problem).toMatchObject({ status, code, type: `/docs/errors/${code}` });
  expect(problem['request_id']).toMatch(/^req_[0-9a-f]{32}$/);
  expect(answer.headers['x-request-id']).toBe(problem['request_id']);
  expect(logged.find((fields) => fields['request_id'] === problem['request_id'])).toMatchObject({ status });
}

const head = (...lines: string[]) => `${['POST /v1/experiments HTTP/1.1', 'Host: x', ...lines].join('\r\n')}\r\n\r\n`;

describe('what never becomes a request', () => {
  it.each([
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n'],
    ['a method that is none', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n'],
    ['two lengths of one body', head('Content-Length: 2', 'Content-Length: 3')],
    ['a length and chunks at once', head('Content-Length: 2', 'Transfer-Encoding: chunked')],
    ['a chunk of no length', `${head('Transfer-Encoding: chunked')}zz\r\n`],
  ])('like %s is answered with 400', async (_, text) => {
    expectProblem(await sent(text), 400, 'malformed-request');
  });

  it('like headers of 64 KiB is answered with 431', async () => {
    expectProblem(
      await sent(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(64 * 1024)}\r\n\r\n`),
      431,
      'headers-too-large',
    );
    expectProblem(await sent(`GET /${'x'.repeat(64 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n`), 431, 'headers-too-large');
  });

  it('like headers that do not end is answered with 408', async () => {
    expectProblem(await sent('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: '), 408, 'request-timeout');
  });

  it('like a host that no address can have is answered with 400, and the connection lives on', async () => {
    const { socket, answered } = await rawConnection(service.port);
    socket.write('GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n');
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const { status, body } = await answered;
    expect(status).toBe(400);
    expect(body).toContain('"code":"malformed-request"');
    expect(body).toContain('"status":"ok"');
  });
});

describe('a body that does not come', () => {
  it('is answered with 408 when its time is over, and stores nothing', async () => {
    const type = 'Content-Type: application/json';
    const authorization = `Authorization: Bearer ${service.firstKey}`;
    expectProblem(await sent(`${head(type, authorization, 'Content-Length: 100')}{"name":`), 408, 'request-timeout');
    expectProblem(
      await sent(`${head(type, authorization, 'Transfer-Encoding: chunked')}5\r\n{"na`),
      408,
      'request-timeout',
    );
    const list = await fetch(`${service.url}/v1/experiments`, {
      headers: { Authorization: `Bearer ${service.firstKey}` },
    });
    expect(await list.json()).toEqual({ experiments: [], next: null });
  });

  it('is not waited for where nobody may send one', async () => {
    const { status, headers, body } = await sent(head('Content-Type: application/json', 'Content-Length: 100'));
    expect(status).toBe(401);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body).toContain('"code":"unauthorized"');
  });
});

it('The service still answers after all of that', async () => {
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveNode, type Service } from '../../../src/api/node.ts';
import { smallSpec } from '../../fixtures/spec.ts';
import { rawConnection } from './raw-http.ts';

interface Line {
  readonly request_id?: string;
  readonly status?: number;
  readonly ms?: number;
}

const logged: Line[] = [];
const log = { info: (fields: Record<string, unknown>) => void logged.push(fields), warn() {}, error() {} };

let dataDir: string;
let service: Service;
let headers: Record<string, string>;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'benchwright-polls-'));
  service = await serveNode({ port: 0, host: '127.0.0.1', dataDir, version: '0.1.0', log });
  headers = { Authorization: `Bearer ${service.firstKey}`, 'Content-Type': 'application/json' };
});
afterAll(async () => {
  await service.close();
  await rm(dataDir, { recursive: true });
});

async function submitted(): Promise<{ path: string; etag: string }> {
  const body = JSON.stringify(smallSpec());
  const sent = await fetch(`${service.url}/v1/experiments`, { method: 'POST', headers, body });
  const path = sent.headers.get('Location') ?? '';
  return { path, etag: (await fetch(service.url + path, { headers })).headers.get('ETag') ?? '' };
}

describe('a long poll over a connection', () => {
  it('whose reader hangs up has ended with that', async () => {
    const { path, etag } = await submitted();
    const { socket } = await rawConnection(service.port);
    const fields = { Host: 'x', ...headers, 'If-None-Match': etag, Prefer: 'wait=25', 'X-Request-Id': 'hung-up' };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    // Sent later and answered: the poll is with the service by then.
    await (await fetch(service.url + path, { headers })).text();
    socket.destroy();
    const line = () => logged.find(({ request_id }) => request_id === 'hung-up');
    while (line() === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(line()).toMatchObject({ status: 304 });
    expect(line()?.ms).toBeLessThan(5_000);
  });

  it('is woken by a change, each of a hundred', async () => {
    const { path, etag } = await submitted();
    const polls = Array.from({ length: 100 }, () =>
      fetch(service.url + path, { headers: { ...headers, 'If-None-Match': etag, Prefer: 'wait=25' } }),
    );
    await (await fetch(service.url + path, { headers })).text();
    const began = performance.now();
    await fetch(`${service.url + path}/cancel`, { method: 'POST', headers });
    const answers = await Promise.all(polls);
    // Half a second until the next look, and then a hundred answers.
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
  });
});

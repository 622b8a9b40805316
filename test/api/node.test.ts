import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveNode, type ServeOptions, type Service } from '../../src/api/node.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { OFFERS } from '../fixtures/offers.ts';
import { HOST_FINGERPRINT } from '../fixtures/trial-result.ts';

const silent = { info() {}, warn() {}, error() {} };

let dataDir: string;
let services: Service[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'benchwright-api-'));
  services = [];
});
afterEach(async () => {
  for (const service of services) await service.close();
  await rm(dataDir, { recursive: true });
});

async function serve(changes: Partial<ServeOptions> = {}): Promise<Service> {
  const service = await serveNode({ port: 0, host: '127.0.0.1', dataDir, version: '0.1.0', log: silent, ...changes });
  services.push(service);
  return service;
}

function call(service: Service, path: string, key: string | null, json?: unknown): Promise<Response> {
  return fetch(service.url + path, {
    method: json === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
}

describe('serveNode', () => {
  it('gives the first operator key once, and keeps database and secret over a restart', async () => {
    const first = await serve();
    expect(first.firstKey).toMatch(/^bw_operator_/);
    const sent = await call(first, '/v1/experiments', first.firstKey, smallSpec());
    expect(sent.status).toBe(202);
    const { links } = (await sent.json()) as { links: { self: string; share: string } };
    const { url } = (await (await call(first, links.share, first.firstKey, {})).json()) as { url: string };
    await first.close();
    const second = await serve();
    expect(second.firstKey).toBeNull();
    expect((await call(second, links.self, first.firstKey)).status).toBe(200);
    expect((await fetch(second.url + new URL(url).pathname)).status).toBe(200);
  });

  it('keeps its secret where only its owner can read it', async () => {
    await serve();
    expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
  });

  it('says in one line that the port is taken and what to do, and leaves the data folder free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    await expect(serve({ port })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is taken: stop what listens there, or choose another with --port`,
    );
    await new Promise((resolve) => other.close(resolve));
    const service = await serve({ port });
    expect(service.port).toBe(port);
    expect(service.firstKey).not.toBeNull();
  });

  it('refuses a data folder that another service uses, with the reason', async () => {
    await serve();
    await expect(serve()).rejects.toThrow(new RegExp(`${process.pid}`));
  });

  it('asks for a secret key when the database is not its own', async () => {
    const databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
    await expect(serve({ databaseUrl, secretKey: 'short' })).rejects.toThrow();
  });

  it('ends long polls and takes no more connections when it is closed', async () => {
    const service = await serve();
    const session = await call(service, '/runner/v1/sessions', service.firstKey, {
      host_id: 'host-0001',
      fingerprint: HOST_FINGERPRINT,
      version: '0.1.0',
      labels: {},
      targets: OFFERS,
    });
    const { session_id } = (await session.json()) as { session_id: string };
    const polling = call(service, '/runner/v1/claims', service.firstKey, {
      session_id,
      claim_key: 'claim-0001',
      wait_s: 25,
    });
    // The session's answer shows that the poll's connection is served; the poll itself is in flight once another answer came.
    await call(service, '/v1/me', service.firstKey);
    const began = performance.now();
    await service.close();
    expect((await polling).status).toBe(204);
    expect(performance.now() - began).toBeLessThan(5_000);
    await expect(fetch(`${service.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('closes on its signal', async () => {
    const stop = new AbortController();
    const service = await serve({ signal: stop.signal });
    stop.abort();
    await service.close();
    await expect(fetch(`${service.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('refuses headers of 64 KiB with 431', async () => {
    const service = await serve();
    const response = await fetch(`${service.url}/healthz`, { headers: { 'X-Big': 'x'.repeat(64 * 1024) } });
    expect(response.status).toBe(431);
  });
});

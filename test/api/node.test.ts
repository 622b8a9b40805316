import { mkdtemp, rm, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveNode, type ServeOptions, type Service } from '../../src/api/node.ts';
import { StartError } from '../../src/api/start-error.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { HOST_FINGERPRINT } from '../fixtures/trial-result.ts';

const silent = { info() {}, warn() {}, error() {} };

let dataDir: string;
const services: Service[] = [];
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'benchwright-api-'));
});
afterAll(async () => {
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

describe('serveNode that cannot start', () => {
  it('says in one line that the port is taken and what to do, and leaves nothing open', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(serve({ port })).rejects.toThrow(
      new StartError(
        'port-taken',
        `port ${port} on 127.0.0.1 is taken: stop what listens there, or choose another with --port`,
      ),
    );
    await new Promise((resolve) => other.close(resolve));
  });

  it('asks for a secret key when the database is not its own', async () => {
    const databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
    await expect(serve({ databaseUrl })).rejects.toThrow('set BENCHWRIGHT_SECRET_KEY');
    await expect(serve({ databaseUrl, secretKey: 'c2hvcnQ=' })).rejects.toThrow('is not a secret key');
  });

  it('says that the database cannot be reached, without the password in its address', async () => {
    const databaseUrl = 'postgres://nobody:pass-word@127.0.0.1:1/none';
    const refused = serve({ databaseUrl, secretKey: Buffer.alloc(32, 1).toString('base64') });
    await expect(refused).rejects.toThrow('the database at 127.0.0.1:1 cannot be reached: check DATABASE_URL');
    await expect(refused).rejects.not.toThrow('pass-word');
  });
});

/** One service, in the order of its life: starting an embedded database takes seconds. */
describe('serveNode', () => {
  const stop = new AbortController();
  let service: Service;
  let self: string;
  let page: string;

  beforeAll(async () => {
    service = await serve({ signal: stop.signal });
  });

  it('gives the first operator key of a new database, which may do everything', async () => {
    expect(service.firstKey).toMatch(/^bw_operator_/);
    const sent = await call(service, '/v1/experiments', service.firstKey, smallSpec());
    expect(sent.status).toBe(202);
    const { links } = (await sent.json()) as { links: { self: string; share: string } };
    self = links.self;
    const { url } = (await (await call(service, links.share, service.firstKey, {})).json()) as { url: string };
    expect(url.startsWith(service.url)).toBe(true);
    page = new URL(url).pathname;
    expect((await fetch(url)).status).toBe(200);
  });

  it('keeps its secret where only its owner can read it', async () => {
    expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
  });

  it('refuses a second service on the same data folder, and names the one that has it', async () => {
    await expect(serve()).rejects.toThrow(String(process.pid));
  });

  it('refuses headers of 64 KiB with 431', async () => {
    const response = await fetch(`${service.url}/healthz`, { headers: { 'X-Big': 'x'.repeat(64 * 1024) } });
    expect(response.status).toBe(431);
  });

  it('refuses a trial of 9 MiB with 413 while it is being sent, and goes on', async () => {
    const body = new Blob(Array.from({ length: 9 }, () => new Uint8Array(1024 * 1024).fill(0x20)));
    const response = await fetch(`${service.url}/runner/v1/jobs/x/trials/y/1/1`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${service.firstKey}`, 'Content-Type': 'application/json' },
      // As a stream: no Content-Length announces the size.
      body: body.stream(),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  });

  it('gives its verdict to an experiment that ended while it waited', async () => {
    const thresholds = [{ expect: ['latency_p95_ms < 800'] }];
    const sent = await call(service, '/v1/experiments', service.firstKey, smallSpec({ thresholds }));
    const { links } = (await sent.json()) as { links: { self: string; cancel: string } };
    const canceled = await call(service, links.cancel, service.firstKey, {});
    expect(await canceled.json()).toMatchObject({ status: 'canceled' });
    for (;;) {
      const answer = await call(service, links.self, service.firstKey);
      const shown = (await answer.json()) as { verdict: string };
      if (answer.headers.get('Retry-After') === null) {
        expect(shown.verdict).toBe('inconclusive');
        break;
      }
      const headers = {
        Authorization: `Bearer ${service.firstKey}`,
        'If-None-Match': answer.headers.get('ETag') ?? '',
        Prefer: 'wait=25',
      };
      await (await fetch(service.url + links.self, { headers })).text();
    }
  });

  it('on its signal ends long polls, answers them, and takes no more connections', async () => {
    const session = await call(service, '/runner/v1/sessions', service.firstKey, {
      host_id: 'host-0001',
      fingerprint: HOST_FINGERPRINT,
      version: '0.1.0',
      labels: {},
      targets: [],
    });
    const { session_id } = (await session.json()) as { session_id: string };
    const claim = { session_id, claim_key: 'claim-0001', wait_s: 25 };
    const polling = call(service, '/runner/v1/claims', service.firstKey, claim);
    // The poll was sent first: once a later request is answered, the service has it.
    await call(service, '/v1/me', service.firstKey);
    const began = performance.now();
    stop.abort();
    await service.close();
    expect((await polling).status).toBe(204);
    // Without the bell the poll would last 25 s, and its connection the grace of 5.
    expect(performance.now() - began).toBeLessThan(4_000);
    await expect(fetch(`${service.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('has everything again after a restart: experiments, keys, links; and gives no second first key', async () => {
    const again = await serve();
    expect(again.firstKey).toBeNull();
    expect((await call(again, self, service.firstKey)).status).toBe(200);
    expect((await fetch(again.url + page)).status).toBe(200);
  });
});

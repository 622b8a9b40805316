import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveNode, type Service } from '../../../src/api/node.ts';
import { smallSpec } from '../../fixtures/spec.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../databases/embedded-server.ts';

const silent = { info() {}, warn() {}, error() {} };

let server: EmbeddedServer;
let service: Service;
beforeAll(async () => {
  // What it says is on the disk is (fsync): it is stopped and started here.
  server = await startEmbeddedServer(['unix_socket_directories=']);
  service = await serveNode({
    port: 0,
    host: '127.0.0.1',
    dataDir: 'unused',
    databaseUrl: server.url,
    secretKey: Buffer.alloc(32, 1).toString('base64'),
    version: '0.1.0',
    requestsPerMinute: 0,
    log: silent,
  });
});
afterAll(async () => {
  await service.close();
  await server.stop();
});

function call(path: string, options: { method?: string; json?: unknown; headers?: Record<string, string> } = {}) {
  const { json, headers, method = json === undefined ? 'GET' : 'POST' } = options;
  return fetch(service.url + path, {
    method,
    headers: { Authorization: `Bearer ${service.firstKey}`, 'Content-Type': 'application/json', ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
}

async function countOf(): Promise<number> {
  const { experiments } = (await (await call('/v1/experiments?limit=100')).json()) as { experiments: unknown[] };
  return experiments.length;
}

describe('Idempotency-Key on a database with many connections', () => {
  it('makes one experiment of 100 requests at once: one first answer, 99 that repeat it', async () => {
    const before = await countOf();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        call('/v1/experiments', { json: smallSpec(), headers: { 'Idempotency-Key': 'burst' } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 202));
    expect(answers.filter(({ headers }) => headers.get('Idempotency-Replayed') === 'true')).toHaveLength(99);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(await countOf()).toBe(before + 1);
  });

  it('answers 409 and Retry-After while the first request is not committed, and is free when that is undone', async () => {
    const other = postgres(server.url, { max: 1 });
    const held = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const first = other
      .begin(async (tx) => {
        const { project_id } = (await (await call('/v1/me')).json()) as { project_id: string };
        await tx`insert into idempotency (project_id, operation, key, body_digest, status, headers, body)
          values (${project_id}, 'POST /v1/experiments', 'held', ${'0'.repeat(64)}, 202, '{}', '')`;
        taken.resolve();
        await held.promise;
        throw new Error('undone');
      })
      .catch((error: Error) => error.message);
    await taken.promise;
    const before = await countOf();
    const submit = () => call('/v1/experiments', { json: smallSpec(), headers: { 'Idempotency-Key': 'held' } });
    const refused = await submit();
    expect(refused.status).toBe(409);
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect(((await refused.json()) as { code: string }).code).toBe('idempotency-in-flight');
    expect(await countOf()).toBe(before);
    const waiting = submit();
    held.resolve();
    expect(await first).toBe('undone');
    expect((await waiting).status).toBe(202);
    expect(await countOf()).toBe(before + 1);
    await other.end();
  });
});

describe('the quota on a database with many connections', () => {
  it('holds for submissions that come at once', async () => {
    const made = await call('/v1/projects', { json: { name: 'small', max_queued: 3 } });
    const { id } = (await made.json()) as { id: string };
    const { key } = (await (await call('/v1/keys', { json: { name: 'x', project_id: id } })).json()) as { key: string };
    const headers = { Authorization: `Bearer ${key}` };
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => call('/v1/experiments', { json: smallSpec(), headers })),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(27);
  });
});

describe('a service whose database is stopped and started', () => {
  it('answers 503 with Retry-After meanwhile, stores nothing, and goes on by itself', async () => {
    const before = await countOf();
    const path = `/v1/experiments/${((await (await call('/v1/experiments', { json: smallSpec() })).json()) as { id: string }).id}`;
    const etag = (await call(path)).headers.get('ETag') ?? '';
    // One that waits through it all: later requests are answered, so it has looked and waits.
    const polling = call(path, { headers: { 'If-None-Match': etag, Prefer: 'wait=25' } });
    for (let n = 0; n < 3; n += 1) await call(path);
    await server.halt();
    for (const [asked, options] of [
      ['/readyz', {}],
      ['/v1/experiments', {}],
      ['/v1/experiments', { json: smallSpec(), headers: { 'Idempotency-Key': 'away' } }],
    ] as const) {
      const answer = await call(asked, options);
      expect(answer.status, asked).toBe(503);
      expect(answer.headers.get('Retry-After'), asked).toBe('5');
      expect(((await answer.json()) as { code: string }).code, asked).toBe('database-unavailable');
    }
    expect((await call('/healthz')).status).toBe(200);
    await server.resume();
    let ready = await call('/readyz');
    while (ready.status === 503) ready = await call('/readyz');
    expect(ready.status).toBe(200);
    expect(await countOf()).toBe(before + 1);
    const again = await call('/v1/experiments', { json: smallSpec(), headers: { 'Idempotency-Key': 'away' } });
    expect(again.status).toBe(202);
    expect(again.headers.get('Idempotency-Replayed')).toBeNull();
    await call(`${path}/cancel`, { method: 'POST' });
    const woken = await polling;
    expect(woken.status).toBe(200);
    expect(await woken.json()).toMatchObject({ status: 'canceled' });
  });
});

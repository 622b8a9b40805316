import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveNode, type Service } from '../../../src/api/node.ts';
import { claimsTogether } from '../../../src/db/claims-together.ts';
import { openPostgres } from '../../../src/db/client-postgres.ts';
import { claimJob } from '../../../src/db/job-claim.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../databases/embedded-server.ts';
import { smallSpec } from '../../fixtures/spec.ts';
import { eventually } from '../../worker/eventually.ts';

/** Instead of 10 s; a statement takes a few ms. */
const ANSWER_MS = 1_000;
/** A wait for a connection and one for the answer are 2 s; the rest is room for a slow machine. Without a bound it is for ever. */
const ANSWERED_WITHIN_MS = 8_000;

let server: EmbeddedServer;
let service: Service;
/** A service on the server, whose statements are given up soon. */
const serve = () =>
  serveNode({
    port: 0,
    host: '127.0.0.1',
    dataDir: 'unused',
    databaseUrl: server.url,
    secretKey: Buffer.alloc(32, 1).toString('base64'),
    version: '0.1.0',
    requestsPerMinute: 0,
    bounds: { database_ms: ANSWER_MS },
    log: { info() {}, warn() {}, error() {} },
  });

beforeAll(async () => {
  server = await startEmbeddedServer();
  service = await serve();
});
afterAll(async () => {
  await service.close();
  await server.stop();
});

function call(path: string, json?: unknown) {
  return fetch(service.url + path, {
    headers: { Authorization: `Bearer ${service.firstKey}`, 'Content-Type': 'application/json' },
    ...(json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) }),
    signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
  });
}

async function countOf(): Promise<number> {
  const { experiments } = (await (await call('/v1/experiments?limit=100')).json()) as { experiments: unknown[] };
  return experiments.length;
}

it('A database that stands still is 503 in bounded time for all who ask, stores nothing, and is used again when it goes on', async () => {
  expect((await call('/v1/experiments', smallSpec())).status).toBe(202);
  server.freeze();
  // More than there are connections, statements and transactions: some wait for a connection, some for an answer.
  const asked = Array.from({ length: 15 }, () => [call('/readyz'), call('/v1/experiments', smallSpec())]).flat();
  for (const answer of await Promise.all(asked)) {
    expect(answer.status).toBe(503);
    expect(answer.headers.get('Retry-After')).toBe('5');
    expect(((await answer.json()) as { code: string }).code).toBe('database-unavailable');
  }
  // Nor do connections that are made meanwhile hang.
  expect((await call('/readyz')).status).toBe(503);
  expect((await call('/healthz')).status).toBe(200);
  server.thaw();
  await eventually('it answers again', async () => (await call('/readyz')).status === 200);
  expect(await countOf()).toBe(1);
  expect((await call('/v1/experiments', smallSpec())).status).toBe(202);
});

it('Claims that wait for others when the database falls silent do not wait for it one statement after the other', async () => {
  const { db, close } = await openPostgres({ url: server.url, answer_ms: ANSWER_MS });
  const ask = claimsTogether(db);
  const claimOf = (n: number) =>
    claimJob(
      db,
      { project_id: 'prj_none', session_id: `ses_${n}`, claim_key: `key-${n}`, lease_id: `lea_${n}` },
      { ask },
    );
  expect(await claimOf(0)).toEqual({ kind: 'superseded' });
  server.freeze();
  // Of 32 a statement and two statements at once: one after the other they would be eight waits for an answer.
  const refused = Promise.allSettled(Array.from({ length: 500 }, (_, n) => claimOf(n)));
  const late = once(AbortSignal.timeout(ANSWERED_WITHIN_MS), 'abort').then(() => 'late' as const);
  const answers = await Promise.race([refused, late]);
  server.thaw();
  await refused;
  await close();
  if (answers === 'late') throw new Error(`not all were refused within ${ANSWERED_WITHIN_MS} ms`);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['rejected']));
});

it('A service whose database stands still can be closed', async () => {
  const other = await serve();
  expect((await fetch(`${other.url}/readyz`)).status).toBe(200);
  server.freeze();
  try {
    expect((await fetch(`${other.url}/readyz`)).status).toBe(503);
    await other.close();
  } finally {
    server.thaw();
  }
});

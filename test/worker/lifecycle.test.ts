import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { formatKey } from '../../src/core/key-format.ts';
import type { Results } from '../../src/core/results.ts';
import type { Db, OpenDatabase } from '../../src/db/client.ts';
import { openPostgres } from '../../src/db/client-postgres.ts';
import { lockFolder } from '../../src/db/folder-lock.ts';
import { firstOperator } from '../../src/db/schema/projects.ts';
import { idempotency } from '../../src/db/schema/idempotency.ts';
import { jobs } from '../../src/db/schema/jobs.ts';
import { webhooks } from '../../src/db/schema/webhooks.ts';
import { renderPage } from '../../src/report/page.ts';
import { readCatalogue } from '../../src/runner/catalogue.ts';
import { runRunner } from '../../src/runner/run-runner.ts';
import { jsonOf, problemOf } from '../api/service.ts';
import { createDatabase, withDatabase } from '../databases/server.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { HOST_FINGERPRINT } from '../fixtures/trial-result.ts';
import { FIXTURES, temporaryFolder } from '../runner/support/fixture-trial.ts';
import { SILENT } from '../runner/support/silent-log.ts';
import { type CuttableProxy, cuttableProxy } from './cuttable-proxy.ts';
import { eventually } from './eventually.ts';
import { membersOf, type RunningWorker, startWorker } from './wrangler.ts';

/** One Worker on a database of its own, in the order of its life: from the first key to its end. */
const OPERATOR_KEY = formatKey('operator', new Uint8Array(20).fill(5));
const RUN_MS = 50_000;

let folder: ReturnType<typeof temporaryFolder>;
/** A folder of targets with one target that has one server. */
let targets: string;
let proxy: CuttableProxy;
let worker: RunningWorker;
let database: OpenDatabase;
let db: Db;
let experiment: { readonly id: string; readonly links: Record<string, string> };

beforeAll(async () => {
  const server = inject('databaseServer');
  if (server === undefined) throw new Error('the global set-up of the tier has not run');
  folder = temporaryFolder();
  targets = oneTarget(folder.path);
  const direct = new URL(withDatabase(server.direct, await createDatabase(server, 'migrated')));
  database = await openPostgres({ url: direct.href });
  db = database.db;
  proxy = await cuttableProxy({ host: direct.hostname, port: Number(direct.port) });
  direct.port = String(proxy.port);
  worker = await startWorker({
    database_url: direct.href,
    home: folder.path,
    vars: {
      BENCHWRIGHT_SECRET_KEY: Buffer.alloc(32, 9).toString('base64'),
      BENCHWRIGHT_OPERATOR_KEY: OPERATOR_KEY,
      BENCHWRIGHT_LOG_LEVEL: 'info',
    },
  });
});

afterAll(async () => {
  await worker.stop();
  await database.close();
  await proxy.close();
  folder[Symbol.dispose]();
});

/** The fixture has more ways to behave than a target may have servers; here it only behaves. */
function oneTarget(into: string): string {
  const copy = join(into, 'targets');
  cpSync(FIXTURES, copy, { recursive: true });
  const manifest = join(copy, 'fixture', 'target.yaml');
  const kept = readFileSync(manifest, 'utf8')
    .split('\n')
    .filter((line) => !/^ {2}[\w-]+: \{ interfaces:/.test(line) || line.startsWith('  good:'));
  writeFileSync(manifest, kept.join('\n'));
  return copy;
}

function call(
  path: string,
  { key = OPERATOR_KEY, json, method }: { key?: string; json?: unknown; method?: string } = {},
) {
  return fetch(worker.url + path, {
    method: method ?? (json === undefined ? 'GET' : 'POST'),
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
}

describe('a Worker on a new database', () => {
  it('answers without a database connection where none is needed', async () => {
    for (const path of ['/healthz', '/openapi.json', '/docs'])
      expect((await fetch(worker.url + path)).status).toBe(200);
    expect(proxy.made()).toBe(0);
  });

  it('knows no key but the one that was set as a secret, which becomes the first operator key when it comes', async () => {
    const stranger = formatKey('operator', new Uint8Array(20).fill(6));
    expect((await call('/v1/me', { key: stranger })).status).toBe(401);
    expect(await db.select().from(firstOperator)).toHaveLength(0);
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('/v1/me')));
    for (const answer of answers) expect(await jsonOf(answer)).toMatchObject({ type: 'operator' });
    expect(await db.select().from(firstOperator)).toHaveLength(1);
    expect((await call('/v1/me', { key: stranger })).status).toBe(401);
  });

  it('announces the limit that wrangler.toml sets', async () => {
    expect((await call('/v1/me')).headers.get('RateLimit-Policy')).toBe('"default";q=600;w=60');
  });
});

describe('a real runner', () => {
  it('finishes a real experiment against the Worker', { timeout: RUN_MS }, async () => {
    const spec = {
      name: 'On a Worker',
      deployments: [{ id: 'good', target: 'fixture', server: 'good' }],
      load: [{ model: 'closed', connections: [1, 2] }],
      repetitions: 1,
      warmup_s: 0.1,
      window_s: 1,
      timeout_s: 1,
      seed: 1,
    };
    const { key } = await jsonOf<{ key: string }>(
      await call('/v1/keys', { json: { name: 'runner', type: 'runner', scopes: ['run'] } }),
      201,
    );
    experiment = await jsonOf(await call('/v1/experiments', { json: spec }), 202);
    await runRunner({
      url: worker.url,
      key,
      version: '0.1.0',
      targetsDirs: [targets],
      dataDir: folder.path,
      lock: lockFolder,
      once: true,
      signal: AbortSignal.timeout(RUN_MS),
      log: SILENT,
    });
    const ended = await jsonOf(await call(`/v1/experiments/${experiment.id}`));
    expect(ended).toMatchObject({ status: 'succeeded', trials_done: 2, trials_planned: 2 });
  });

  it('has its results drawn as the Node service draws them, and its rows as CSV', async () => {
    const results = await jsonOf<Results>(await call(`/v1/experiments/${experiment.id}/results`));
    expect(results.cells).toHaveLength(2);
    const page = await (await call(`/v1/experiments/${experiment.id}/report`)).text();
    const [, day = '', minute = ''] = /Made (\S+) (\S+) UTC\./.exec(page) ?? [];
    expect(page).toBe(renderPage(results, { live: null, generated_at: `${day}T${minute}:00Z` }));
    const csv = await call(`/v1/experiments/${experiment.id}/results.csv?view=trials`);
    const rows = (await csv.text()).trimEnd().split('\r\n').length - 1;
    expect(rows).toBeGreaterThanOrEqual(2);
    expect(csv.headers.get('X-Row-Count')).toBe(String(rows));
  });
});

describe('a request to the Worker', () => {
  it('opens one connection to the database, and closes it when its answer has been sent', async () => {
    await eventually('earlier connections are closed', () => proxy.open() === 0);
    const before = proxy.made();
    const paths = [
      '/v1/me',
      `/v1/experiments/${experiment.id}/results.csv?view=trials`,
      '/v1/experiments',
      '/v1/nothing',
    ];
    for (const path of paths) await (await call(path)).arrayBuffer();
    expect(proxy.made() - before).toBeLessThanOrEqual(paths.length);
    await eventually('every connection is closed', () => proxy.open() === 0);
  });

  it('that is broken off by its client leaves no connection behind for longer than it would have waited', async () => {
    const { session_id } = await openSession();
    const hangUp = new AbortController();
    const polling = fetch(`${worker.url}/runner/v1/claims`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${OPERATOR_KEY}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ session_id, claim_key: 'claim-0002', wait_s: 4 }),
      signal: hangUp.signal,
    });
    await eventually('the poll is at the database', () => proxy.open() > 0);
    hangUp.abort();
    await expect(polling).rejects.toThrow();
    await eventually('its connection is closed', () => proxy.open() === 0);
  });

  it('that waits for an experiment is answered within about a second of its change', async () => {
    const waiting = await jsonOf<{ id: string }>(await call('/v1/experiments', { json: small() }), 202);
    const first = await call(`/v1/experiments/${waiting.id}`);
    const etag = first.headers.get('ETag') ?? '';
    const began = performance.now();
    const answer = fetch(`${worker.url}/v1/experiments/${waiting.id}`, {
      headers: { Authorization: `Bearer ${OPERATOR_KEY}`, 'If-None-Match': etag, Prefer: 'wait=25' },
    });
    await jsonOf(await call(`/v1/experiments/${waiting.id}/cancel`, { json: {} }));
    expect(await jsonOf(await answer)).toMatchObject({ status: 'canceled' });
    // Without looking again it would be answered after 25 s, with 304.
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

/** Of targets that the fixture's runner does not have, so that it stays in the queue. */
function small(): Record<string, unknown> {
  return {
    ...smallSpec(),
    deployments: [{ id: 'good', target: 'fixture', server: 'good' }],
    queue_timeout_minutes: 1440,
  };
}

async function openSession(): Promise<{ session_id: string }> {
  const json = {
    host_id: 'host-0002',
    fingerprint: HOST_FINGERPRINT,
    version: '0.1.0',
    labels: {},
    targets: [...readCatalogue([targets]).offers],
  };
  return jsonOf(await call('/runner/v1/sessions', { json }));
}

describe('the cron', () => {
  it('returns a job whose lease has lapsed to the queue, and removes what is kept no longer', async () => {
    const { id } = await jsonOf<{ id: string }>(await call('/v1/experiments', { json: small() }), 202);
    const { session_id } = await openSession();
    const claim = { session_id, claim_key: 'claim-0003', wait_s: 0 };
    const job = await jsonOf<{ job_id: string; lease_id: string }>(await call('/runner/v1/claims', { json: claim }));
    const project_id = (await jsonOf<{ project_id: string }>(await call('/v1/me'))).project_id;
    await db
      .update(jobs)
      .set({ lease_expires_at: sql`now() - interval '1 second'` })
      .where(eq(jobs.id, job.job_id));
    // As the cron of a quarter of a minute ago left it.
    await db.execute(sql`update service_clock set service_seen_at = now()`);
    await db.insert(idempotency).values(
      ['25 hours', '23 hours'].map((age) => ({
        project_id,
        operation: 'POST /v1/experiments',
        key: age,
        body_digest: '0'.repeat(64),
        status: 202,
        headers: {},
        body: '{}',
        created_at: sql`now() - ${sql.raw(`interval '${age}'`)}`,
      })),
    );
    // It goes on looking until the next cron is due: what is waited for is what the first look does.
    const leave = new AbortController();
    const minute = fetch(`${worker.url}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`, { signal: leave.signal });
    minute.catch(() => undefined);
    const stateOf = async () => (await db.select().from(jobs).where(eq(jobs.id, job.job_id)))[0]?.state;
    await eventually('the job is queued again', async () => (await stateOf()) === 'queued');
    const kept = async () => (await db.select({ key: idempotency.key }).from(idempotency)).map(({ key }) => key);
    await eventually('the old answer is gone', async () => !(await kept()).includes('25 hours'));
    expect(await kept()).toContain('23 hours');
    expect(await jsonOf(await call(`/v1/experiments/${id}`))).toMatchObject({ status: 'queued' });
    leave.abort();
  });
});

describe('the outbox', () => {
  it('is sent by the cron: signed by the platform’s own means, and never to this machine, whatever stands in the database', async () => {
    const json = { url: 'https://example.com/hook', events: ['experiment.failed'] };
    const { id } = await jsonOf<{ id: string }>(await call('/v1/webhooks', { json }), 201);
    await db.update(webhooks).set({ url: 'https://127.0.0.1:1/hook' }).where(eq(webhooks.id, id));
    const tested = await jsonOf<{ id: string }>(await call(`/v1/webhooks/${id}/test`, { json: {} }), 202);
    const leave = new AbortController();
    fetch(`${worker.url}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`, { signal: leave.signal }).catch(() => undefined);
    interface Sent {
      state: string;
      log: { status: number | null; error: string | null }[];
    }
    const sent = async () => jsonOf<Sent>(await call(`/v1/webhooks/${id}/deliveries/${tested.id}`));
    await eventually('the attempt is logged', async () => (await sent()).log.length > 0);
    expect(await sent()).toMatchObject({
      state: 'pending',
      log: [{ status: null, error: 'the address leads to this machine itself' }],
    });
    leave.abort();
  });
});

describe('without its database', () => {
  it('the Worker says 503 and when to try again, still answers /healthz, and recovers by itself', async () => {
    proxy.cut();
    for (const path of ['/readyz', '/v1/me']) {
      const answer = await call(path);
      expect(answer.status, path).toBe(503);
      expect(answer.headers.get('Retry-After'), path).toBe('5');
      expect((await problemOf(answer)).code, path).toBe('database-unavailable');
    }
    expect((await call('/healthz')).status).toBe(200);
    proxy.mend();
    expect((await call('/v1/me')).status).toBe(200);
  });
});

describe('at its end', () => {
  it('the Worker leaves no process behind, and has logged in JSON lines without a key', async () => {
    const started = membersOf(worker.group);
    expect(started.some((line) => line.includes('workerd'))).toBe(true);
    await worker.stop();
    expect(membersOf(worker.group)).toEqual([]);
    const lines = worker
      .said()
      .split('\n')
      .filter((line) => line.trimStart().startsWith('{"level"'));
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toContain('job queued');
    expect(worker.said()).not.toContain(OPERATOR_KEY.slice(0, 20));
  });
});

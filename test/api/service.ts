import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { inject } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import type { Deps } from '../../src/api/deps.ts';
import { makeKey } from '../../src/api/make-key.ts';
import { createExperimentWatch } from '../../src/api/experiment-watch.ts';
import { createQueueBell } from '../../src/api/queue-bell.ts';
import { createTokenBuckets } from '../../src/api/token-buckets.ts';
import { type KeyType, type Scope, SCOPES } from '../../src/core/key-format.ts';
import { makeId } from '../../src/core/id.ts';
import type { OpenDatabase } from '../../src/db/client.ts';
import { openPostgres } from '../../src/db/client-postgres.ts';
import { createKey } from '../../src/db/keys.ts';
import { createProject } from '../../src/db/projects.ts';
import { renderPage } from '../../src/report/page.ts';
import { openTestDatabase } from '../databases/open.ts';
import { sendToWorker } from '../worker/send-to-worker.ts';

export interface Sent {
  readonly key?: string | null;
  /** JSON, unless `text` is given. */
  readonly json?: unknown;
  readonly text?: string | Uint8Array;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** One database for all files of a worker, which ends with it: PGlite takes a second or two to start. */
let database: Promise<OpenDatabase> | undefined;
let isBegun = false;

/** In the tier `worker` that of the Worker in workerd, which is set up past it. */
function openDatabase(): Promise<OpenDatabase> {
  const worker = inject('worker');
  return worker === undefined ? openTestDatabase() : openPostgres({ url: worker.database_url });
}

/**
 * The app on the database of the worker; each `project()` is a tenant of its own. In the tier `worker` requests go to workerd by
 * HTTP; only an app with dependencies of the test's own, and one that is to begin afresh beside the first, is in this process
 * there too.
 */
export async function startApi(overrides: Partial<Deps> = {}) {
  const db = overrides.db ?? (await (database ??= openDatabase())).db;
  const remote = Object.keys(overrides).length === 0 && !isBegun ? inject('worker')?.url : undefined;
  isBegun = true;
  const logged: { level: string; fields: Record<string, unknown>; message: string }[] = [];
  const note = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void logged.push({ level, fields, message });
  const log: Deps['log'] = { info: note('info'), warn: note('warn'), error: note('error') };
  const deps: Deps = {
    db,
    now: () => new Date(),
    uuid: uuidv7,
    randomBytes: (count) => new Uint8Array(randomBytes(count)),
    config: { secret_key: new Uint8Array(32).fill(7), version: '0.1.0', base_url: null },
    log,
    bell: createQueueBell(),
    watch: createExperimentWatch({ db, log }),
    // No test but those of the limit itself comes near it.
    limiter: createTokenBuckets({ per_minute: 1e9, now: () => performance.now() }),
    renderReport: renderPage,
    ...overrides,
  };
  const app = createApp(deps);

  const newKey = async (
    project_id: string,
    type: KeyType,
    scopes: readonly Scope[],
    expires_at: Date | null = null,
  ) => {
    const { text, row } = await makeKey(deps, { project_id, name: 'test', type, scopes, expires_at });
    await createKey(deps.db, row);
    return text;
  };

  const send = async (method: string, path: string, sent: Sent = {}): Promise<Response> => {
    const headers = new Headers(sent.headers);
    if (sent.key) headers.set('Authorization', `Bearer ${sent.key}`);
    const body = sent.text ?? (sent.json === undefined ? undefined : JSON.stringify(sent.json));
    if (body !== undefined && sent.type !== '') headers.set('Content-Type', sent.type ?? 'application/json');
    const request = { method, headers, ...(body === undefined ? {} : { body: body as string }) };
    // No client over a socket reads the answer after it has hung up, or announces a length that its body does not have.
    const isOfThisProcess = sent.signal !== undefined || headers.has('Content-Length');
    if (remote !== undefined && !isOfThisProcess) return sendToWorker(remote, path, request);
    return app.request(path, { ...request, ...(sent.signal ? { signal: sent.signal } : {}) });
  };

  /** A project with an operator's key, and `send` with that key. */
  const project = async () => {
    const id = makeId('project', uuidv7);
    await createProject(deps.db, { id, name: id });
    const key = await newKey(id, 'operator', SCOPES);
    return {
      id,
      key,
      withKey: (type: KeyType, scopes: readonly Scope[], expires_at?: Date) => newKey(id, type, scopes, expires_at),
      send: (method: string, path: string, sent: Sent = {}) => send(method, path, { key, ...sent }),
    };
  };

  return { app, deps, db, logged, send, project };
}

export type Api = Awaited<ReturnType<typeof startApi>>;
export type Project = Awaited<ReturnType<Api['project']>>;

/** The body of an answer, after its status was seen to be the expected one. */
export async function jsonOf<T = Record<string, unknown>>(response: Response, status = 200): Promise<T> {
  const text = await response.text();
  if (response.status !== status) throw new Error(`expected status ${status}, got ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly request_id: string;
  readonly errors?: { pointer: string; detail: string }[];
}

export async function problemOf(response: Response): Promise<ProblemBody> {
  const type = response.headers.get('Content-Type');
  if (type !== 'application/problem+json') throw new Error(`no problem: ${response.status} ${type}`);
  return (await response.json()) as ProblemBody;
}

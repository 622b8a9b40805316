import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import type { IncomingMessage } from 'node:http';
import { claimsTogether } from '../db/claims-together.ts';
import type { OpenDatabase } from '../db/client.ts';
import { heartbeatOf } from '../db/lease-terms.ts';
import { createApp } from './app.ts';
import { parseBaseUrl } from './base-url.ts';
import { askerOf } from './client-address.ts';
import type { ApiConfig, Deps, Log, ProcessMeter } from './deps.ts';
import type { Derive } from './derive.ts';
import { createDeriveThread } from './derive-thread.ts';
import { createResultReader } from './experiment-results.ts';
import { createExperimentWatch } from './experiment-watch.ts';
import { startExpiryTick } from './expiry-tick.ts';
import { firstKey } from './first-key.ts';
import { startJudgeTick } from './judge-tick.ts';
import { listen, type ListenBounds } from './listen.ts';
import { startNodeOutbox } from './node-outbox.ts';
import { openDatabase } from './open-database.ts';
import { checkOperatorKey, installOperatorKey } from './operator-key.ts';
import { behindProxy } from './proxy-address.ts';
import { createProcessMeter } from './process-meter.ts';
import { createQueueBell } from './queue-bell.ts';
import { previousSecretKey, secretKey } from './secret-key.ts';
import { prepareSecrets } from './service-secrets.ts';
import { createTokenBuckets, REQUESTS_PER_MINUTE } from './token-buckets.ts';

export interface ServeOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  /** The embedded database and the secret key live here, unless `databaseUrl` is given. */
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** Base64; needed with `databaseUrl`, else kept in `{dataDir}/secret.key`. */
  readonly secretKey?: string | undefined;
  /** An operator's key that was made offline: it is made to work, and no first key is made. */
  readonly operatorKey?: string | undefined;
  /** The one before it, while secrets are sealed anew; else `{dataDir}/secret.key.previous`, where that is. */
  readonly secretKeyPrevious?: string | undefined;
  /** The address that links begin with; default: that of the request. */
  readonly baseUrl?: string | undefined;
  /** A proxy on a loopback or private address says in `X-Forwarded-For` who asks; default: nobody is believed. */
  readonly trustProxy?: boolean | undefined;
  /** Webhooks may have http addresses, and lead to this machine; default: neither. */
  readonly allowInsecureWebhooks?: boolean | undefined;
  readonly version: string;
  /** How often runners report, in seconds; default: the protocol's 15. */
  readonly heartbeat_s?: number | undefined;
  /** Requests per minute and key; 0: any number; default: 600. */
  readonly requestsPerMinute?: number | undefined;
  /** How long clients may take, a body besides by `body_ms`; and a Postgres for one statement, by `database_ms`. */
  readonly bounds?: (Partial<ListenBounds> & { readonly body_ms?: number; readonly database_ms?: number }) | undefined;
  /** How long a silent runner keeps its job, in seconds; default: the protocol's 90. Beats are then six to a lease, unless given. */
  readonly lease_s?: number | undefined;
  readonly log: Log;
  /** Closes the service. */
  readonly signal?: AbortSignal | undefined;
  readonly renderReport?: Deps['renderReport'] | undefined;
}

export interface Service {
  readonly url: string;
  readonly port: number;
  /** The text of the first operator key when the database is new: to be shown once. */
  readonly firstKey: string | null;
  /** Idempotent; resolves when requests in flight are answered and the database is closed. */
  close(): Promise<void>;
  /** Waits for no request any more: a `close()` under way ends at once. */
  cut(): void;
}

async function loadSecrets(options: ServeOptions): Promise<Pick<ApiConfig, 'secret_key' | 'secret_key_previous'>> {
  const dataDir = options.databaseUrl === undefined ? options.dataDir : null;
  return {
    secret_key: await secretKey({ given: options.secretKey, dataDir }),
    secret_key_previous: await previousSecretKey({ given: options.secretKeyPrevious, dataDir }),
  };
}

function limiterOf(per_minute = REQUESTS_PER_MINUTE): Deps['limiter'] {
  return per_minute === 0 ? null : createTokenBuckets({ per_minute, now: () => performance.now() });
}

/**
 * The address of the connection. Behind a proxy that is the proxy's, and all who come without a key share one bucket: so then, when
 * asked to, the one that the proxy names.
 */
function addressOf(trustProxy: boolean): Deps['addressOf'] {
  return (_, env) => {
    const { incoming } = env as { incoming?: IncomingMessage };
    const peer = incoming?.socket.remoteAddress;
    if (peer === undefined) return null;
    // Several such headers are one list, in Node as in HTTP.
    const forwarded = incoming?.headers['x-forwarded-for']?.toString();
    return askerOf(trustProxy ? behindProxy(peer, forwarded) : peer);
  };
}

interface Threads {
  readonly meter: ProcessMeter;
  readonly derive: Derive;
}

async function makeDeps(options: ServeOptions, { db }: OpenDatabase, { meter, derive }: Threads): Promise<Deps> {
  const { log } = options;
  return {
    db,
    now: () => new Date(),
    uuid: uuidv7,
    randomBytes: (count) => new Uint8Array(randomBytes(count)),
    config: {
      ...(await loadSecrets(options)),
      version: options.version,
      base_url: options.baseUrl === undefined ? null : parseBaseUrl(options.baseUrl),
      heartbeat_s: options.heartbeat_s ?? (options.lease_s && heartbeatOf(options.lease_s)),
      lease_s: options.lease_s,
      body_timeout_ms: options.bounds?.body_ms,
      allow_insecure_webhooks: options.allowInsecureWebhooks,
    },
    log,
    askClaim: claimsTogether(db),
    bell: createQueueBell(),
    watch: createExperimentWatch({ db, log }),
    limiter: limiterOf(options.requestsPerMinute),
    addressOf: addressOf(options.trustProxy ?? false),
    meter,
    // A renderer that is given cannot be sent to a thread.
    derive: options.renderReport === undefined ? derive : undefined,
    renderReport: options.renderReport ?? renderWhenAsked,
  };
}

/** The page and its charts are a third of what the service loads: read when the first page is asked for, not at the start. */
const renderWhenAsked: Deps['renderReport'] = async (results, page) => {
  const { renderPage } = await import('../report/page.ts');
  return renderPage(results, page);
};

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * The service in this process: opens and migrates the database, serves the API, lets time expire leases, judges what has ended, sends
 * what is noted.
 * Errors: `StartError`, `DataDirError`: one line with the remedy; then nothing is left open.
 */
export async function serveNode(options: ServeOptions): Promise<Service> {
  await using opened = new AsyncDisposableStack();
  if (options.operatorKey !== undefined) checkOperatorKey(options.operatorKey);
  if (options.baseUrl !== undefined) parseBaseUrl(options.baseUrl);
  // A missing secret is told before a foreign database is touched; the embedded one's folder is checked by its own lock.
  if (options.databaseUrl !== undefined) await loadSecrets(options);
  const database = await openDatabase({ ...options, answer_ms: options.bounds?.database_ms });
  opened.defer(() => database.close());
  const meter = createProcessMeter();
  opened.defer(() => meter.close());
  const derive = createDeriveThread();
  opened.defer(() => derive.close());
  const made = await makeDeps(options, database, { meter, derive });
  await prepareSecrets(made);
  const outbox = startNodeOutbox(made);
  opened.defer(() => outbox.stop());
  const deps: Deps = { ...made, outbox };
  const tick = startExpiryTick(deps);
  opened.defer(() => tick.stop());
  const results = createResultReader(deps);
  const judging = startJudgeTick({ ...deps, results });
  opened.defer(() => judging.stop());
  if (options.operatorKey !== undefined) await installOperatorKey(deps, options.operatorKey);
  const http = await listen(createApp(deps, results), deps, options);
  opened.defer(() => http.close());
  // Before: who waits for a job or a change is answered at once, and need not be waited for.
  opened.defer(() => deps.watch.close());
  opened.defer(() => deps.bell.close());
  // After the port is ours: a key that nobody gets to see would be lost.
  const key = await firstKey(deps);
  const service = opened.move();
  let closing: Promise<void> | null = null;
  const close = () => (closing ??= service.disposeAsync());
  options.signal?.addEventListener('abort', () => void close(), { once: true });
  if (options.signal?.aborted) await close();
  return { url: urlOf(options.host, http.port), port: http.port, firstKey: key, close, cut: () => http.cut() };
}

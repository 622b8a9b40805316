import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { openPglite } from '../db/client-pglite.ts';
import { openPostgres } from '../db/client-postgres.ts';
import type { OpenDatabase } from '../db/client.ts';
import { heartbeatOf } from '../db/lease-terms.ts';
import { migrate } from '../db/migrate.ts';
import { createApp } from './app.ts';
import type { Deps, Log } from './deps.ts';
import { startExpiryTick } from './expiry-tick.ts';
import { firstKey } from './first-key.ts';
import { listen } from './listen.ts';
import { createQueueBell } from './queue-bell.ts';
import { isDatabaseAway } from './faults.ts';
import { secretKey } from './secret-key.ts';
import { StartError } from './start-error.ts';

export interface ServeOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  /** The embedded database and the secret key live here, unless `databaseUrl` is given. */
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** Base64; needed with `databaseUrl`, else kept in `{dataDir}/secret.key`. */
  readonly secretKey?: string | undefined;
  /** The address that links begin with; default: that of the request. */
  readonly baseUrl?: string | undefined;
  readonly version: string;
  /** How often runners report, in seconds; default: the protocol's 15. */
  readonly heartbeat_s?: number | undefined;
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
}

/** The address without the password that it may hold. */
function unreachable(databaseUrl: string, cause: unknown): StartError {
  const host = URL.canParse(databaseUrl) ? new URL(databaseUrl).host : 'the address given';
  const message = `the database at ${host} cannot be reached: check DATABASE_URL and that it runs`;
  return new StartError('database-unreachable', message, { cause });
}

async function openDatabase({ databaseUrl, dataDir, lease_s }: ServeOptions): Promise<OpenDatabase> {
  const database =
    databaseUrl === undefined
      ? await openPglite({ dataDir, lease_s })
      : await openPostgres({ url: databaseUrl, lease_s });
  try {
    await migrate(database.db);
    return database;
  } catch (error) {
    await database.close();
    throw databaseUrl !== undefined && isDatabaseAway(error) ? unreachable(databaseUrl, error) : error;
  }
}

function loadSecret({ databaseUrl, dataDir, secretKey: given }: ServeOptions): Promise<Uint8Array> {
  return secretKey({ given, dataDir: databaseUrl === undefined ? dataDir : null });
}

async function makeDeps(options: ServeOptions, { db }: OpenDatabase): Promise<Deps> {
  return {
    db,
    now: () => new Date(),
    uuid: uuidv7,
    randomBytes: (count) => new Uint8Array(randomBytes(count)),
    config: {
      secret_key: await loadSecret(options),
      version: options.version,
      base_url: options.baseUrl ?? null,
      heartbeat_s: options.heartbeat_s ?? (options.lease_s && heartbeatOf(options.lease_s)),
      lease_s: options.lease_s,
    },
    log: options.log,
    bell: createQueueBell(),
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
 * The service in this process: opens and migrates the database, serves the API, lets time expire leases.
 * Errors: `StartError`, `DataDirError`: one line with the remedy; then nothing is left open.
 */
export async function serveNode(options: ServeOptions): Promise<Service> {
  await using opened = new AsyncDisposableStack();
  // A missing secret is told before a foreign database is touched; the embedded one's folder is checked by its own lock.
  if (options.databaseUrl !== undefined) await loadSecret(options);
  const database = await openDatabase(options);
  opened.defer(() => database.close());
  const deps = await makeDeps(options, database);
  const tick = startExpiryTick(deps);
  opened.defer(() => tick.stop());
  const http = await listen(createApp(deps), options);
  opened.defer(() => http.close());
  opened.defer(() => deps.bell.close());
  // After the port is ours: a key that nobody gets to see would be lost.
  const key = await firstKey(deps);
  const service = opened.move();
  let closing: Promise<void> | null = null;
  const close = () => (closing ??= service.disposeAsync());
  options.signal?.addEventListener('abort', () => void close(), { once: true });
  if (options.signal?.aborted) await close();
  return { url: urlOf(options.host, http.port), port: http.port, firstKey: key, close };
}

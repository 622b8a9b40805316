import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { seededRandom } from '../../src/core/random.ts';
import { freePort } from '../../src/runner/ports.ts';
import { type Link, startLink } from './link.ts';
import type { Observed } from './measurements.ts';
import { PhaseWatch } from './phase-watch.ts';
import { databaseUrl, makeCluster } from './postgres.ts';
import { ServiceApi } from './service-api.ts';
import { Supervised } from './supervised.ts';

const BIN = fileURLToPath(new URL('../../bin/benchwright.js', import.meta.url));
const TARGETS = fileURLToPath(new URL('./targets', import.meta.url));

/** A tenth of the protocol’s: a lease lapses within a fault, and a restart of the service takes less than a claim has to start (3 s). */
export const LEASE_S = 9;
const START_DEADLINE_MS = 20_000;

/** The whole system as child processes of this one: database, service and runner, and the ways between them. */
export interface World {
  readonly folder: string;
  readonly database: Supervised;
  readonly api: Supervised;
  readonly runner: Supervised;
  /** runner → API, API → database. */
  readonly toApi: Link;
  readonly toDatabase: Link;
  readonly ports: readonly number[];
  readonly phases: PhaseWatch;
  /** The API by its own port, past the links. */
  readonly service: ServiceApi;
  /** Of the operator: may do everything. */
  readonly key: string;
  /** A connection to the database past the links; for looking at what is stored. */
  readonly sql: postgres.Sql;
  readonly events: Observed[];
  readonly runnerFolder: string;
  /** Ends all of it in order. */
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly seed: number;
  /** Without it only database and service. */
  readonly withRunner?: boolean;
  /** More options of `benchwright serve`. */
  readonly serve?: readonly string[];
}

export async function startWorld({ seed, withRunner = true, serve = [] }: WorldOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'benchwright-chaos-'));
  // The database may run as another user.
  chmodSync(folder, 0o755);
  for (const name of ['tmp', 'logs', 'work']) mkdirSync(join(folder, name));
  const [databasePort, apiPort] = [await freePort(), await freePort()];
  await using opened = new AsyncDisposableStack();
  const toDatabase = await startLink(databasePort);
  opened.defer(() => toDatabase.close());
  const toApi = await startLink(apiPort);
  opened.defer(() => toApi.close());
  const random = (name: string) => seededRandom(seed, 'restart', name);
  const logFile = (name: string) => join(folder, 'logs', `${name}.log`);
  const environment = { ...inherited(), TMPDIR: join(folder, 'tmp'), NO_COLOR: '1' };
  const node = (args: readonly string[], env: Record<string, string>) => ({
    argv: [process.execPath, BIN, ...args],
    env: { ...environment, ...env },
    cwd: join(folder, 'work'),
  });

  const database = new Supervised({
    name: 'database',
    command: await makeCluster(folder, databasePort),
    logFile: logFile('database'),
    random: random('database'),
    stopSignal: 'SIGINT',
    // What a predecessor that was killed still holds is waited for by trying again.
    isForgiven: (_exit, lines) => lines.includes('pre-existing shared memory block'),
  });
  opened.defer(() => database.stop());
  database.start();

  const up = Promise.withResolvers<string>();
  const api = new Supervised({
    name: 'api',
    command: node(['serve', '--json', '--port', String(apiPort), '--lease', String(LEASE_S), ...serve], {
      DATABASE_URL: databaseUrl(toDatabase.port),
      BENCHWRIGHT_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      BENCHWRIGHT_LOG_LEVEL: 'info',
    }),
    logFile: logFile('api'),
    random: random('api'),
    stopSignal: 'SIGTERM',
    onLine: (line, stream) => {
      const key = stream === 'stdout' ? /"operator_key":"([^"]+)"/.exec(line)?.[1] : undefined;
      if (key !== undefined) up.resolve(key);
    },
    isForgiven: (exit, lines) => exit === 'code 2' && lines.includes('cannot be reached'),
  });
  opened.defer(() => api.stop());
  api.start();
  const key = await inTime(up.promise, START_DEADLINE_MS, () => logOf(logFile('api')));

  const runnerFolder = join(folder, 'runner');
  const events: Observed[] = [];
  const phases = new PhaseWatch();
  phases.onEvent((event) => void events.push(event));
  const runner = new Supervised({
    name: 'runner',
    command: node(
      ['runner', '--url', `http://127.0.0.1:${toApi.port}`, '--targets', TARGETS, '--data-dir', runnerFolder],
      { BENCHWRIGHT_KEY: key, BENCHWRIGHT_LOG_LEVEL: 'debug' },
    ),
    logFile: logFile('runner'),
    random: random('runner'),
    stopSignal: 'SIGTERM',
    onLine: (line) => phases.heardLine(line),
    onEnd: () => {
      phases.lost();
      events.push({ type: 'runner-ended' });
    },
  });

  const sql = postgres(databaseUrl(databasePort), { max: 1, onnotice: () => {} });
  opened.defer(() => sql.end({ timeout: 1 }));
  opened.defer(() => runner.stop());
  if (withRunner) runner.start();
  const started = opened.move();
  return {
    folder,
    database,
    api,
    runner,
    toApi,
    toDatabase,
    ports: [databasePort, apiPort, toDatabase.port, toApi.port],
    phases,
    service: new ServiceApi(`http://127.0.0.1:${apiPort}`, key),
    key,
    sql,
    events,
    runnerFolder,
    stop: () => started.disposeAsync(),
  };
}

/** Removes the folder, which holds every component's log. */
export function forget({ folder }: Pick<World, 'folder'>): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Nothing of the keys and addresses that this process may have. */
function inherited(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !entry[0].startsWith('BENCHWRIGHT_') && entry[0] !== 'DATABASE_URL',
  );
  return Object.fromEntries(entries);
}

/** The log is read at the deadline alone: later its folder may be gone. */
async function inTime(started: Promise<string>, ms: number, says: () => string): Promise<string> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`the service did not start within ${ms / 1000} s:\n${says()}`)),
    ms,
  );
  try {
    return await Promise.race([started, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const logOf = (file: string): string => readFileSync(file, 'utf8').slice(-4_000);

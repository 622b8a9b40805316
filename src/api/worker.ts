import { uuidv7 } from 'uuidv7';
import { renderPage } from '../report/page.ts';
import { createApp } from './app.ts';
import { askerOf } from './client-address.ts';
import type { Deps } from './deps.ts';
import type { App } from './endpoint.ts';
import { createResultReader } from './experiment-results.ts';
import { Judge } from './judge.ts';
import { createRequestWatch } from './request-watch.ts';
import { closedAfter } from './worker/closed-after.ts';
import { consoleLog } from './worker/console-log.ts';
import { configOf, type WorkerContext, type WorkerEnv } from './worker/env.ts';
import { misconfigured } from './worker/misconfigured.ts';
import { OperatorKey } from './worker/operator-key.ts';
import { platformLimiter } from './worker/platform-limiter.ts';
import { pollingBell } from './worker/polling-bell.ts';
import { openRequestDatabase, RequestDatabase } from './worker/request-database.ts';
import { minute } from './worker/minute.ts';
import { sendOutbox } from './worker/send-outbox.ts';

/** What an isolate keeps between requests: the app and its settings. Nothing of it belongs to one request. */
interface Isolate {
  readonly app: App;
  readonly deps: Deps;
  readonly database: RequestDatabase;
  readonly operator: OperatorKey;
  readonly judge: Judge;
}

let isolate: Isolate | undefined;

/** As Cloudflare tells it; a client cannot set this header. */
const addressOf: Deps['addressOf'] = (request) => {
  const address = request.headers.get('CF-Connecting-IP');
  return address === null ? null : askerOf(address);
};

function startIsolate(env: WorkerEnv): Isolate {
  const database = new RequestDatabase();
  const { db } = database;
  const deps: Deps = {
    db,
    now: () => new Date(),
    uuid: uuidv7,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    config: configOf(env),
    log: consoleLog(env.BENCHWRIGHT_LOG_LEVEL),
    bell: pollingBell(),
    watch: createRequestWatch({ db }),
    limiter: platformLimiter(env.RATE_LIMITER),
    addressOf,
    renderReport: renderPage,
  };
  const operator = new OperatorKey(deps, env.BENCHWRIGHT_OPERATOR_KEY);
  return { app: createApp(deps), deps, database, operator, judge: new Judge() };
}

async function answer(request: Request, env: WorkerEnv, context: WorkerContext): Promise<Response> {
  const { app, database, operator } = (isolate ??= startIsolate(env));
  const opened = await openRequestDatabase(env);
  // Inside `run`, so that what the body's stream still asks the database goes to this request's connection.
  return database.run(opened.db, async () => {
    try {
      await operator.admit(request.headers.get('Authorization'));
      return closedAfter(await app.fetch(request, env, context), () => opened.close(), context);
    } catch (error) {
      context.waitUntil(opened.close());
      throw error;
    }
  });
}

/** The entry on Cloudflare Workers: requests, and the cron of every minute. */
export default {
  async fetch(request: Request, env: WorkerEnv, context: WorkerContext): Promise<Response> {
    try {
      return await answer(request, env, context);
    } catch (error) {
      // The app answers its own faults: what arrives here is a setting, or an operator key that could not be stored.
      return misconfigured(request, error, consoleLog(env.BENCHWRIGHT_LOG_LEVEL));
    }
  },

  async scheduled(_event: unknown, env: WorkerEnv): Promise<void> {
    const { deps, judge } = (isolate ??= startIsolate(env));
    const open = () => openRequestDatabase(env);
    await minute({
      open,
      log: deps.log,
      judge: (db) => judge.round(db, createResultReader({ ...deps, db })),
      send: () => sendOutbox(open, deps),
    });
  },
};

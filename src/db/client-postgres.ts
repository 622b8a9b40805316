import { drizzle } from 'drizzle-orm/postgres-js';
import postgres, { type PostgresType } from 'postgres';
import { bounded } from './bounded.ts';
import type { OpenDatabase } from './client.ts';
import { isConnectionLost } from './connection-lost.ts';
import { leaseSettings } from './lease-terms.ts';
import { type DatabaseAddress, nodeSockets } from './node-sockets.ts';
import { type DatabaseSocket, OpenSockets } from './open-sockets.ts';
import { preparing } from './prepared.ts';
import { textArray } from './text-array.ts';

/** Connections of one service process; its requests are short, and Postgres has 100 by default for all its clients. */
const MAX_CONNECTIONS = 10;
/** Shorter than an answer may take: what waits for a connection is then told so, and is not sent when nobody waits any more. */
const CONNECT_TIMEOUT_S = 5;
/**
 * No statement of a request takes a tenth of it. A database that stands still, a network that has gone, a pooler that has no
 * connection to give say nothing at all; PgBouncer only after two minutes.
 */
const ANSWER_MS = 10_000;
/** Connections that one slot of the pool may try to make within a second. */
const TRIES_PER_S = 10;
/**
 * The pause before a connection that broke is opened again, at most. A request waits for it. By itself postgres.js counts the
 * connections that broke together as attempts in vain, and after one cut of ten would wait for up to 20 s.
 */
const RECONNECT_S = 0.5;
/** After that a close drops connections. All statements have ended by then; postgres.js waits also for connections that have broken. */
const CLOSE_TIMEOUT_S = 1;

export interface PostgresOptions {
  /**
   * `?prepare=false` in it is for a pooler that knows no prepared statements, PgBouncer before 1.21: statements are then sent
   * unnamed, each parsed, bound and run on the connection that the pooler has given to its transaction.
   */
  readonly url: string;
  /** Connections at most; every verb needs one. */
  readonly max?: number;
  readonly connect_timeout_s?: number;
  /** Length of leases; default: the protocol's. */
  readonly lease_s?: number | undefined;
  /** Within which a statement or a transaction is answered; default: 10 s. null: whenever, for migrations of large tables. */
  readonly answer_ms?: number | null | undefined;
  /** Makes the sockets, where the platform has others than Node; what postgres.js needs of one is in its types nowhere. */
  readonly socket?: ((address: DatabaseAddress) => Promise<DatabaseSocket>) | undefined;
}

/**
 * Opens a pool on a real Postgres (15 or newer), every statement prepared. Connects at the first statement, so a wrong address fails
 * there. No session state: behind a pooler each transaction may run on another connection.
 */
export async function openPostgres(options: PostgresOptions): Promise<OpenDatabase> {
  const { url, max = MAX_CONNECTIONS, connect_timeout_s = CONNECT_TIMEOUT_S, lease_s } = options;
  const { answer_ms = ANSWER_MS, socket: makeSocket = nodeSockets(max * TRIES_PER_S) } = options;
  const sockets = new OpenSockets();
  const client = postgres<Record<string, PostgresType>>(url, {
    max,
    connect_timeout: connect_timeout_s,
    backoff: () => RECONNECT_S * Math.random(),
    connection: leaseSettings(lease_s),
    fetch_types: false,
    types: { text_array: textArray },
    onnotice: () => {},
    ...known(makeSocket, sockets),
  });
  endTransactionsByLoss(client);
  const answering = answer_ms === null ? client : bounded(client, { at_once: max, answer_ms, sockets });
  const close = async () => {
    await client.end({ timeout: CLOSE_TIMEOUT_S });
    // Those that did not end by themselves: the other side says nothing.
    sockets.close();
  };
  return { db: drizzle(preparing(answering)), close };
}

/** In a function of its own, because the types of postgres.js do not have the option. */
function known(makeSocket: (address: DatabaseAddress) => Promise<DatabaseSocket>, sockets: OpenSockets) {
  return {
    socket: async (address: DatabaseAddress) => {
      const socket = await makeSocket(address);
      sockets.add(socket);
      return socket;
    },
  };
}

type Begin = (...args: (string | Work)[]) => Promise<unknown>;
type Work = (tx: postgres.TransactionSql) => Promise<unknown>;

/**
 * When the connection under a transaction is lost, postgres.js rejects the transaction, and also rolls it back: on a socket that
 * is no more, in a callback where nobody can catch the error, which ends the process. So work that fails by the loss is left
 * unsettled, and only the rejection is heard: the database has rolled back by itself.
 */
function endTransactionsByLoss(client: postgres.Sql): void {
  const begin = client.begin.bind(client) as Begin;
  const guarded: Begin = (...args) => begin(...args.map((arg) => (typeof arg === 'string' ? arg : unlessLost(arg))));
  client.begin = guarded as typeof client.begin;
}

function unlessLost(work: Work): Work {
  return async (tx) => {
    try {
      return await work(tx);
    } catch (error) {
      if (isConnectionLost(error)) return await new Promise<never>(() => {});
      throw error;
    }
  };
}

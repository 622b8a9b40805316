import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { OpenDatabase } from './client.ts';
import { isConnectionLost } from './connection-lost.ts';
import { leaseSettings } from './lease-terms.ts';

/** Connections of one service process; its requests are short, and Postgres has 100 by default for all its clients. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_S = 10;
/** After that a close drops connections instead of waiting for their statements. */
const CLOSE_TIMEOUT_S = 5;

export interface PostgresOptions {
  readonly url: string;
  /** Length of leases; default: the protocol's. */
  readonly lease_s?: number | undefined;
}

/** Opens a pool on a real Postgres (15 or newer). Connects at the first statement, so a wrong address fails there. */
export async function openPostgres({ url, lease_s }: PostgresOptions): Promise<OpenDatabase> {
  const client = postgres(url, {
    max: MAX_CONNECTIONS,
    connect_timeout: CONNECT_TIMEOUT_S,
    connection: leaseSettings(lease_s),
    onnotice: () => {},
  });
  endTransactionsByLoss(client);
  return { db: drizzle(client), close: () => client.end({ timeout: CLOSE_TIMEOUT_S }) };
}

type Begin = (work: (tx: postgres.TransactionSql) => Promise<unknown>) => Promise<unknown>;

/**
 * When the connection under a transaction is lost, postgres.js rejects the transaction, and also rolls it back: on a socket that
 * is no more, in a callback where nobody can catch the error, which ends the process. So work that fails by the loss is left
 * unsettled, and only the rejection is heard: the database has rolled back by itself.
 */
function endTransactionsByLoss(client: postgres.Sql): void {
  const begin = client.begin.bind(client) as Begin;
  const guarded: Begin = (work) =>
    begin(async (tx) => {
      try {
        return await work(tx);
      } catch (error) {
        if (isConnectionLost(error)) return await new Promise<never>(() => {});
        throw error;
      }
    });
  client.begin = guarded as typeof client.begin;
}

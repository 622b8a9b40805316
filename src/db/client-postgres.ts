import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { OpenDatabase } from './client.ts';

/** Connections of one service process; its requests are short, and Postgres has 100 by default for all its clients. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_S = 10;
/** After that a close drops connections instead of waiting for their statements. */
const CLOSE_TIMEOUT_S = 5;

/** Opens a pool on a real Postgres (15 or newer). Connects at the first statement, so a wrong address fails there. */
export async function openPostgres({ url }: { readonly url: string }): Promise<OpenDatabase> {
  const client = postgres(url, { max: MAX_CONNECTIONS, connect_timeout: CONNECT_TIMEOUT_S, onnotice: () => {} });
  return { db: drizzle(client), close: () => client.end({ timeout: CLOSE_TIMEOUT_S }) };
}

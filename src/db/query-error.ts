import { DrizzleQueryError } from 'drizzle-orm';

/**
 * A failed statement carries its values in message, stack and properties: hashes of keys, leases, whole trials of 8 MiB. For a
 * log, the same error with the statement and the database's own words only; any other error as it is.
 */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof DrizzleQueryError)) return error;
  const bare = new Error(`${error.query}: ${error.cause?.message ?? 'no cause given'}`);
  bare.name = error.name;
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  bare.stack = [`${bare.name}: ${bare.message}`, ...frames].join('\n');
  return bare;
}

/** What Postgres says of a schema, table, or any object whose name another transaction has just taken. */
const THERE_ALREADY = new Set(['42P06', '42P07', '23505']);

/** Whether a statement that makes an object failed because another connection made the same one meanwhile. */
export function isThereAlready(error: unknown): boolean {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && THERE_ALREADY.has(code);
}

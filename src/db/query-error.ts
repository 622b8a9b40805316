import { DrizzleQueryError } from 'drizzle-orm';
import { isCausedBy } from './error-causes.ts';

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

/** `lock_not_available`: what `lock_timeout` ends a statement with. */
const LOCK_TIMEOUT = '55P03';

/** Whether a statement failed because it waited longer for a lock than `lock_timeout` allows. */
export function isLockTimeout(error: unknown): boolean {
  return isCausedBy(error, ({ code }) => code === LOCK_TIMEOUT);
}

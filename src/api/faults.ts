import { AppError } from '../core/errors.ts';
import { isCausedBy } from '../db/error-causes.ts';

/** Connection failures of postgres.js and of the socket below it, and the codes of a Postgres that starts or stops. */
const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  '57P01',
  '57P02',
  '57P03',
  '53300',
]);

/** Whether a thrown value says that the database, not the statement, was the trouble. */
export function isDatabaseAway(error: unknown): boolean {
  return isCausedBy(error, ({ code }) => typeof code === 'string' && AWAY.has(code));
}

/** Any thrown value as an expected error; what is unknown becomes an opaque `internal`. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseAway(error)) {
    return new AppError('database-unavailable', 'the database cannot be reached; try again shortly', { cause: error });
  }
  return new AppError('internal', 'something failed on our side; the log has it under the request id', {
    cause: error,
  });
}

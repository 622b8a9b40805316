import { AppError } from '../core/errors.ts';
import { isCausedBy } from '../db/error-causes.ts';

/**
 * Connection failures of postgres.js, of this service and of the socket below it; and what Postgres, or a pooler in its name, says
 * when it starts or stops (57P…), takes no more clients (53300) or has no connection to give: PgBouncer 08P01, Hyperdrive 58000.
 */
const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECTION_SILENT',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '58000',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '08P01',
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

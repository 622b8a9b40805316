import { AppError } from '../core/errors.ts';

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
/** A wrapped error names its cause; deeper chains do not occur. */
const MAX_CAUSES = 5;

/** Whether a thrown value says that the database, not the statement, was the trouble. */
export function isDatabaseAway(error: unknown): boolean {
  let cause = error;
  for (let i = 0; i < MAX_CAUSES && typeof cause === 'object' && cause !== null; i += 1) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && AWAY.has(code)) return true;
    cause = (cause as { cause?: unknown }).cause;
  }
  return false;
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

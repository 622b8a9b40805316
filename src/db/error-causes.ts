/** A wrapped error names its cause; deeper chains do not occur. */
const MAX_CAUSES = 5;

/** What drivers and sockets add to an error. */
export interface DriverError {
  /** Of Postgres (SQLSTATE), postgres.js or the system. */
  readonly code?: unknown;
  readonly syscall?: unknown;
  /** Of the constraint that a statement broke. */
  readonly constraint?: unknown;
  readonly constraint_name?: unknown;
}

/** Whether the error, or one that caused it, is such a one. */
export function isCausedBy(error: unknown, isSuch: (cause: DriverError) => boolean): boolean {
  let cause = error;
  for (let i = 0; i < MAX_CAUSES && typeof cause === 'object' && cause !== null; i += 1) {
    if (isSuch(cause)) return true;
    cause = (cause as { cause?: unknown }).cause;
  }
  return false;
}

/** A wrapped error names its cause; deeper chains do not occur. */
const MAX_CAUSES = 5;

/** Whether an error came from a connection that broke (codes of postgres.js, or of the socket below it), not from a statement. */
export function isConnectionLost(error: unknown): boolean {
  let cause = error;
  for (let i = 0; i < MAX_CAUSES && typeof cause === 'object' && cause !== null; i += 1) {
    const { code, syscall } = cause as { code?: unknown; syscall?: unknown };
    if (typeof code === 'string' && (code.startsWith('CONNECTION_') || syscall !== undefined)) return true;
    cause = (cause as { cause?: unknown }).cause;
  }
  return false;
}

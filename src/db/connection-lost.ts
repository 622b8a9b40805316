import { isCausedBy } from './error-causes.ts';

/** Whether an error came from a connection that broke (codes of postgres.js, or of the socket below it), not from a statement. */
export function isConnectionLost(error: unknown): boolean {
  return isCausedBy(
    error,
    ({ code, syscall }) => typeof code === 'string' && (code.startsWith('CONNECTION_') || syscall !== undefined),
  );
}

import { isCausedBy } from './error-causes.ts';

/** Whether an error came from a connection that broke (codes of postgres.js, or of the socket below it), not from a statement. */
export function isConnectionLost(error: unknown): boolean {
  return isCausedBy(
    error,
    ({ code, syscall }) => typeof code === 'string' && (code.startsWith('CONNECTION_') || syscall !== undefined),
  );
}

/** A database that is connected to and says nothing: one that stands still, is cut off, or whose pooler has no connection for us. */
export function silent(message: string): Error {
  return Object.assign(new Error(message), { code: 'CONNECTION_SILENT' });
}

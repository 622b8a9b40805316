import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError, type ErrorCode } from '../core/errors.ts';
import type { Deps } from './deps.ts';
import { problemParts } from './problem.ts';
import { requestId } from './request-id.ts';

/** The client reads the answer and closes; one that does neither has its connection cut (ms). */
const LINGER_MS = 1_000;

/** What the HTTP parser and its timers say, and what that is here. Anything else is malformed. */
const CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'request line and headers may have 16 KiB together'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['body-too-large', 'the extensions of a chunk are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'the request did not come whole in time'],
};
/** The client has gone: there is nobody to answer. */
const GONE = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Answers what never became a request, as a problem like any other, and ends the connection. When an answer is on its way
 * already, another would be read as part of it: then the connection is cut.
 */
export function answerClientError(
  { log, uuid }: Pick<Deps, 'log' | 'uuid'>,
  error: Error & { code?: string },
  socket: Socket,
  isAnswering: boolean,
): void {
  // The parser fails again with each packet that comes after.
  if (socket.writableEnded || socket.destroyed) return;
  if (GONE.has(error.code ?? '') || !socket.writable || isAnswering) {
    socket.destroy();
    return;
  }
  const [code, detail] = CODES[error.code ?? ''] ?? ['malformed-request', `this is not HTTP/1.1: ${error.message}`];
  const request_id = requestId({ uuid });
  const { status, headers, body } = problemParts(new AppError(code, detail), { path: '', request_id });
  const fields = {
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-Id': request_id,
    Connection: 'close',
  };
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
  ];
  log.info({ request_id, status, code, err: { code: error.code, message: error.message } }, 'no request');
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cut));
}

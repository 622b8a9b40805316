import type { Log } from '../deps.ts';
import { asAppError } from '../faults.ts';
import { problemResponse } from '../problem.ts';

/** The answer when there is no app to give one: a problem as any other, its cause in the log alone. The path may hold a share token, and is not logged. */
export function misconfigured(request: Request, error: unknown, log: Log): Response {
  const path = new URL(request.url).pathname;
  const request_id = `req_${crypto.randomUUID().replaceAll('-', '')}`;
  log.error({ err: error, method: request.method, request_id }, 'the Worker could not answer');
  const response = problemResponse(asAppError(error), { path, request_id });
  response.headers.set('X-Request-Id', request_id);
  return response;
}

import type { AppError, ErrorCode, InputProblem } from '../core/errors.ts';
import { ERROR_CATALOGUE } from './error-catalogue.ts';

/** RFC 9457, with `code`, `request_id` and `errors` as extension members. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ErrorCode;
  readonly request_id: string;
  readonly errors?: readonly InputProblem[];
}

/** So many problems are named in one answer; nobody mends more at once, and a body of 256 KiB can have 20,000. */
const MAX_PROBLEMS = 100;
/** And so many in the one-line detail. */
const MAX_IN_DETAIL = 10;

/** Problems as one line: `pointer: detail; …`. */
export function problemLine(problems: readonly InputProblem[]): string {
  const shown = problems.slice(0, MAX_IN_DETAIL).map((p) => `${p.pointer || '/'}: ${p.detail}`);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Seconds after which a client may ask again when the database was away: a restart of it takes about as long. */
const DATABASE_RETRY_S = 5;

/** An expected error as `application/problem+json`. */
export function problemResponse(error: AppError, request: { path: string; request_id: string }): Response {
  const { status, title } = ERROR_CATALOGUE[error.code];
  const problem: Problem & Record<string, unknown> = {
    ...error.extra,
    type: `/docs/errors/${error.code}`,
    title,
    status,
    detail: error.message,
    instance: request.path,
    code: error.code,
    request_id: request.request_id,
    ...(error.problems.length > 0 ? { errors: error.problems.slice(0, MAX_PROBLEMS) } : {}),
  };
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  };
  if (error.code === 'unauthorized') headers['WWW-Authenticate'] = 'Bearer realm="benchwright"';
  if (error.code === 'database-unavailable') headers['Retry-After'] = String(DATABASE_RETRY_S);
  if (error.code === 'method-not-allowed' && Array.isArray(error.extra['allow']))
    headers['Allow'] = error.extra['allow'].join(', ');
  return new Response(JSON.stringify(problem), { status, headers });
}

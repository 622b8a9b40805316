import type { AppError, ErrorCode, InputProblem } from '../core/errors.ts';
import { MAX_PROBLEMS } from '../core/spec-problems.ts';
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

/** So many problems are named in the one-line detail. */
const MAX_IN_DETAIL = 10;

/** How many there are, as far as it is known: nothing is read to its end that has `MAX_PROBLEMS`. */
export function problemCount(problems: readonly InputProblem[]): string {
  if (problems.length >= MAX_PROBLEMS) return `at least ${MAX_PROBLEMS} problems`;
  return problems.length === 1 ? 'one problem' : `${problems.length} problems`;
}

/** Problems as one line: `pointer: detail; …`. */
export function problemLine(problems: readonly InputProblem[]): string {
  const shown = problems.slice(0, MAX_IN_DETAIL).map((p) => `${p.pointer || '/'}: ${p.detail}`);
  const more = Math.min(problems.length, MAX_PROBLEMS) - shown.length;
  const least = problems.length >= MAX_PROBLEMS ? 'at least ' : '';
  return [...shown, ...(more > 0 ? [`and ${least}${more} more`] : [])].join('; ');
}

/** Seconds after which a client may ask again, unless the error knows better (`retry_after_s`). */
const RETRY_AFTER_S: Readonly<Partial<Record<ErrorCode, number>>> = {
  // A restart of a database takes about as long.
  'database-unavailable': 5,
  'idempotency-in-flight': 1,
  // A place in the queue is free when a runner takes an experiment, and that one is measured first.
  'quota-exceeded': 60,
  'rate-limited': 1,
};

interface Asked {
  readonly path: string;
  readonly request_id: string;
}

/** The parts of an answer, for whoever has to write it without a `Response`. */
export function problemParts(
  error: AppError,
  request: Asked,
): { status: number; headers: Record<string, string>; body: string } {
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
  const retry_after_s = error.extra['retry_after_s'] ?? RETRY_AFTER_S[error.code];
  if (typeof retry_after_s === 'number') headers['Retry-After'] = String(retry_after_s);
  // The rest of such a request may still come: it must not be read as the next one.
  if (error.code === 'request-timeout') headers['Connection'] = 'close';
  if (error.code === 'method-not-allowed' && Array.isArray(error.extra['allow']))
    headers['Allow'] = error.extra['allow'].join(', ');
  return { status, headers, body: JSON.stringify(problem) };
}

/** An expected error as `application/problem+json`. */
export function problemResponse(error: AppError, request: Asked): Response {
  const { status, headers, body } = problemParts(error, request);
  return new Response(body, { status, headers });
}

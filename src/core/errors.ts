/** The closed list of error codes. What status each has on the wire stands in `api/error-catalogue.ts`. */
export const ERROR_CODES = [
  'malformed-request',
  'malformed-body',
  'invalid-spec',
  'invalid-request',
  'unauthorized',
  'forbidden',
  'not-found',
  'method-not-allowed',
  'not-acceptable',
  'body-too-large',
  'unsupported-media-type',
  'experiment-not-ended',
  'experiment-pinned',
  'runner-busy',
  'runner-outdated',
  'session-superseded',
  'lease-lost',
  'job-gone',
  'result-conflict',
  'digest-mismatch',
  'trials-missing',
  'idempotency-key-reused',
  'idempotency-in-flight',
  'rate-limited',
  'quota-exceeded',
  'request-timeout',
  'headers-too-large',
  'name-taken',
  'project-not-empty',
  'not-waiting',
  'webhook-disabled',
  'internal',
  'database-unavailable',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One problem with an input: a JSON pointer (RFC 6901) into it, and what is wrong there: field, expectation, what came. */
export interface InputProblem {
  readonly pointer: string;
  readonly detail: string;
}

interface AppErrorOptions {
  readonly problems?: readonly InputProblem[];
  /** Machine-readable extras of the code, e.g. the missing trials of `trials-missing`. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one class of expected errors. Anything else that is thrown is a fault of ours and answered opaquely. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly InputProblem[];
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.problems = options.problems ?? [];
    this.extra = options.extra ?? {};
  }
}

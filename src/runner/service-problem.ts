import type { JobStatus } from '../core/runner-protocol.ts';

interface ProblemFields {
  /** Null: no answer came. */
  readonly status: number | null;
  /** The problem's `code`; null: no problem document. */
  readonly code: string | null;
  readonly detail: string;
  readonly retry_after_s?: number | null;
  readonly job_status?: JobStatus | null;
  readonly document?: unknown;
  readonly cause?: unknown;
}

/** A call to the service that did not do what it should: no answer, an error, or an answer that makes no sense. */
export class ServiceProblem extends Error {
  readonly status: number | null;
  readonly code: string | null;
  readonly retry_after_s: number | null;
  readonly job_status: JobStatus | null;
  /** The whole problem document, for its extras. */
  readonly document: unknown;

  constructor(fields: ProblemFields) {
    const what = fields.code ?? (fields.status === null ? 'no answer' : `status ${fields.status}`);
    super(`${what}: ${fields.detail}`, { cause: fields.cause });
    this.name = 'ServiceProblem';
    this.status = fields.status;
    this.code = fields.code;
    this.retry_after_s = fields.retry_after_s ?? null;
    this.job_status = fields.job_status ?? null;
    this.document = fields.document;
  }

  static of(
    status: number,
    document: unknown,
    retry_after_s: number | null,
    job_status: JobStatus | null,
  ): ServiceProblem {
    const fields = typeof document === 'object' && document !== null ? (document as Record<string, unknown>) : {};
    const code = typeof fields['code'] === 'string' ? fields['code'] : null;
    const detail = typeof fields['detail'] === 'string' ? fields['detail'] : 'no problem document';
    return new ServiceProblem({ status, code, detail, retry_after_s, job_status, document });
  }
}

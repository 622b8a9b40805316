import { createHash } from 'node:crypto';
import { Agent, request } from 'undici';
import type { z } from 'zod';
import {
  type ClaimedJob,
  claimedJobSchema,
  type ClaimRequest,
  DIGEST_HEADER,
  type FinishRequest,
  JOB_STATUS_HEADER,
  JOB_STATUSES,
  type JobStatus,
  LEASE_HEADER,
  type Progress,
  type RunnerSession,
  sessionSchema,
  type SessionRequest,
  type TrialKey,
} from '../core/runner-protocol.ts';
import { ServiceProblem } from './service-problem.ts';

/** What a claimed job's calls need: its id, and the lease that fences them. */
export interface JobHandle {
  readonly job_id: string;
  readonly lease_id: string;
}

/** The calls of `/runner/v1`. Each makes one attempt; what fails is a ServiceProblem, for `reaction.ts` to judge. */
export interface RunnerClient {
  openSession(body: SessionRequest, signal: AbortSignal): Promise<RunnerSession>;
  /** Null: no job; ask again after `retry_after_s`. */
  claim(body: ClaimRequest, signal: AbortSignal): Promise<{ job: ClaimedJob | null; retry_after_s: number | null }>;
  start(job: JobHandle, signal: AbortSignal): Promise<JobStatus | null>;
  heartbeat(job: JobHandle, progress: Progress, signal: AbortSignal): Promise<JobStatus | null>;
  /** Sends the bytes as they are. */
  putTrial(job: JobHandle, key: TrialKey, bytes: Uint8Array, signal: AbortSignal): Promise<JobStatus | null>;
  finish(job: JobHandle, body: FinishRequest, signal: AbortSignal): Promise<JobStatus | null>;
  release(job: JobHandle, signal: AbortSignal): Promise<JobStatus | null>;
  close(): Promise<void>;
}

/** A service that takes longer is one that does not answer; a claim may wait this much longer than it asked for. */
const ANSWER_TIMEOUT_MS = 20_000;

interface Call {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Record<string, string>;
  readonly waitMs?: number;
  readonly signal: AbortSignal;
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly job_status: JobStatus | null;
  readonly retry_after_s: number | null;
}

export function createClient(options: { url: string; key: string; version: string }): RunnerClient {
  const base = `${options.url.replace(/\/+$/, '')}/runner/v1`;
  const agent = new Agent({ connect: { timeout: ANSWER_TIMEOUT_MS } });
  const common = {
    authorization: `Bearer ${options.key}`,
    accept: 'application/json',
    'user-agent': `benchwright-runner/${options.version}`,
  };

  async function call({ method, path, body, headers = {}, waitMs = 0, signal }: Call): Promise<Answered> {
    const timeout = ANSWER_TIMEOUT_MS + waitMs;
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    let response;
    let text;
    try {
      response = await request(base + path, {
        method,
        headers: { ...common, ...type, ...headers },
        body: body ?? null,
        dispatcher: agent,
        headersTimeout: timeout,
        bodyTimeout: timeout,
        signal,
      });
      text = await response.body.text();
    } catch (error) {
      signal.throwIfAborted();
      throw new ServiceProblem({ status: null, code: null, detail: (error as Error).message, cause: error });
    }
    const parsed = parsedJson(text);
    const retry_after_s = seconds(response.headers['retry-after']);
    const job_status = JOB_STATUSES.find((each) => each === response.headers[JOB_STATUS_HEADER.toLowerCase()]) ?? null;
    if (response.statusCode >= 400) throw ServiceProblem.of(response.statusCode, parsed, retry_after_s, job_status);
    return { status: response.statusCode, body: parsed, job_status, retry_after_s };
  }

  const onJob = async (job: JobHandle, path: string, signal: AbortSignal, extra: Partial<Call> = {}) => {
    const headers = { [LEASE_HEADER]: job.lease_id, ...extra.headers };
    const answered = await call({ method: 'POST', ...extra, path: `/jobs/${job.job_id}${path}`, headers, signal });
    return answered.job_status;
  };

  return {
    openSession: async (body, signal) =>
      decoded(sessionSchema, await call({ method: 'POST', path: '/sessions', body: JSON.stringify(body), signal })),
    claim: async (body, signal) => {
      const waitMs = body.wait_s * 1000;
      const answered = await call({ method: 'POST', path: '/claims', body: JSON.stringify(body), waitMs, signal });
      const job = answered.status === 204 ? null : decoded(claimedJobSchema, answered);
      return { job, retry_after_s: answered.retry_after_s };
    },
    start: (job, signal) => onJob(job, '/start', signal),
    heartbeat: (job, progress, signal) => onJob(job, '/heartbeat', signal, { body: JSON.stringify({ progress }) }),
    putTrial: (job, key, bytes, signal) =>
      onJob(job, `/trials/${encodeURIComponent(key.cell)}/${key.block}/${key.run}`, signal, {
        method: 'PUT',
        body: bytes,
        headers: { [DIGEST_HEADER]: `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:` },
      }),
    finish: (job, body, signal) => onJob(job, '/finish', signal, { body: JSON.stringify(body) }),
    release: (job, signal) => onJob(job, '/release', signal),
    close: () => agent.destroy(),
  };
}

function decoded<T>(schema: z.ZodType<T>, answered: Answered): T {
  const parsed = schema.safeParse(answered.body);
  if (parsed.success) return parsed.data;
  const { status } = answered;
  throw new ServiceProblem({
    status,
    code: null,
    detail: 'the answer is not what the protocol says',
    cause: parsed.error,
  });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Retry-After in seconds; the form with a date is not used by the service. */
function seconds(value: string | string[] | undefined): number | null {
  const number = Number(value ?? Number.NaN);
  return Number.isFinite(number) && number >= 0 ? number : null;
}

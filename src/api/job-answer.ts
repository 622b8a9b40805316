import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../core/errors.ts';
import { LEASE_HEADER } from '../core/runner-protocol.ts';
import type { JobStatus } from '../core/runner-protocol.ts';
import type { LeaseRef, LeaseRefusal } from '../db/job-lease.ts';
import { mayWorkOn } from '../db/job-owner.ts';
import type { AppEnv, Caller, Deps } from './deps.ts';

const REFUSALS: Readonly<Record<LeaseRefusal, string>> = {
  'lease-lost': 'the job was claimed by another attempt',
  'job-gone': 'the job has ended or was deleted',
};

/** For OpenAPI: what every request about a job carries. */
export const leaseHeader = z.object({ [LEASE_HEADER]: z.string().meta({ description: 'lea_…, from the claim' }) });

/** The lease of a runner's request. Throws lease-lost when the header is missing: nothing is held then. */
function leaseOf(c: Context<AppEnv>): string {
  const lease = c.req.header(LEASE_HEADER);
  if (lease === undefined || lease === '') {
    setJobStatus(c, 'lost');
    throw new AppError('lease-lost', `the header ${LEASE_HEADER} is missing`);
  }
  return lease;
}

/**
 * Job and lease of a runner's request, whose key may speak of that job. Throws job-gone for a job of another project as for
 * one that never was, lease-lost without a lease.
 */
export async function leasedJob(deps: Deps, c: Context<AppEnv>, caller: Caller, job_id: string): Promise<LeaseRef> {
  const lease_id = leaseOf(c);
  const { project_id, scopes } = caller;
  const mine = await mayWorkOn(deps.db, { job_id, project_id, shared: scopes.includes('operator') });
  return mine ? { job_id, lease_id } : refuseLease(c, 'job-gone');
}

export function isRefusal(answer: string): answer is LeaseRefusal {
  return Object.hasOwn(REFUSALS, answer);
}

/** Marks the answer with what has become of the job; problems carry it too. */
export function setJobStatus(c: Context<AppEnv>, status: JobStatus): void {
  c.set('job_status', status);
}

/** Throws the refusal, with `Job-Status: lost`. */
export function refuseLease(c: Context<AppEnv>, refusal: LeaseRefusal): never {
  setJobStatus(c, 'lost');
  throw new AppError(refusal, REFUSALS[refusal]);
}

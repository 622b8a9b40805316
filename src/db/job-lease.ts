/** By what a runner writes: the job and the lease that it got with it. */
export interface LeaseRef {
  readonly job_id: string;
  readonly lease_id: string;
}

/** `lease-lost`: another claim has the job. `job-gone`: it has ended, or is no more. */
export type LeaseRefusal = 'lease-lost' | 'job-gone';
export type LeaseAnswer = 'running' | 'canceling' | LeaseRefusal;

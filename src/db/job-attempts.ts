import { sql } from 'drizzle-orm';
import { type JobRow, jobs } from './schema/jobs.ts';

/** Claims that stored no new trial: the second time it is not chance, and a third host would be sent into the same wall. */
export const MAX_FRUITLESS_ATTEMPTS = 2;
/** Claims in all: a job that needs more is being run by hosts that do not stay up. */
export const MAX_CLAIMS = 10;

/** Whether the latest claim, were it over now, was the last one. */
export function isExhausted(job: Pick<JobRow, 'attempt' | 'attempt_fruitless' | 'fruitless_attempts'>): boolean {
  const fruitless = job.fruitless_attempts + (job.attempt_fruitless ? 1 : 0);
  return job.attempt >= MAX_CLAIMS || fruitless >= MAX_FRUITLESS_ATTEMPTS;
}

/** Closes the books on the claim before and opens those of the next. */
export const NEXT_ATTEMPT = {
  attempt: sql`${jobs.attempt} + 1`,
  fruitless_attempts: sql`${jobs.fruitless_attempts} + case when ${jobs.attempt_fruitless} then 1 else 0 end`,
  attempt_fruitless: true,
  attempt_started_at: null,
  claimed_at: sql`now()`,
};

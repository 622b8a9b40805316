import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { GATE_VERDICTS } from '../../core/gate/verdict.ts';
import { END_REASONS, EXPERIMENT_STATES, JOB_STATES, hasEnded } from '../../core/job.ts';
import { oneOf } from './columns.ts';

export const FINAL_STATES = JOB_STATES.filter(hasEnded);
/** A runner holds the job. */
export const LIVE_STATES = JOB_STATES.filter((state) => !hasEnded(state) && state !== 'queued');

export const isFinal = (state: SQLWrapper): SQL => oneOf(state, FINAL_STATES);
export const isLive = (state: SQLWrapper): SQL => oneOf(state, LIVE_STATES);
export const isJobState = (state: SQLWrapper): SQL => oneOf(state, JOB_STATES);
export const isVerdict = (verdict: SQLWrapper): SQL => oneOf(verdict, GATE_VERDICTS);
export const isExperimentState = (state: SQLWrapper): SQL => oneOf(state, EXPERIMENT_STATES);

/** Failed says why, canceled says canceled, anything else has no reason. Written with coalesce: a CHECK passes on null. */
export function reasonFits(state: SQLWrapper, reason: SQLWrapper): SQL {
  const failures = END_REASONS.filter((r) => r !== 'canceled');
  return sql`coalesce(case ${state} when 'failed' then ${oneOf(reason, failures)} when 'canceled' then ${reason} = 'canceled' else ${reason} is null end, false)`;
}

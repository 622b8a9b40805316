import { count, eq, gte, isNull, sql } from 'drizzle-orm';
import { EXPERIMENT_STATES, type ExperimentState, hasEnded, JOB_STATES, type JobState } from '../core/job.ts';
import type { Db } from './client.ts';
import { inSeconds } from './clock.ts';
import { experiments } from './schema/experiments.ts';
import { jobs } from './schema/jobs.ts';
import { runners } from './schema/runners.ts';

/** What the whole instance holds at this moment, of all projects. */
export interface Gauges {
  readonly experiments: ReadonlyMap<ExperimentState, number>;
  /** Jobs that have not ended. */
  readonly jobs: ReadonlyMap<JobState, number>;
  /** Of the job that waits longest; 0: none waits. */
  readonly oldest_queued_s: number;
  readonly runners_online: number;
  /** Exact below a hundred thousand, then as the planner estimates: counting millions takes seconds. */
  readonly trials_stored: number;
}

export async function readGauges(db: Db, options: { readonly online_s: number }): Promise<Gauges> {
  return db.transaction(async (tx) => {
    const byState = await tx
      .select({ state: experiments.status, count: count() })
      .from(experiments)
      .groupBy(experiments.status);
    const unended = await tx
      .select({ state: jobs.state, count: count() })
      .from(jobs)
      .where(isNull(jobs.ended_at))
      .groupBy(jobs.state);
    const waited = sql<number>`coalesce(extract(epoch from now() - min(${jobs.queued_at})), 0)::double precision`;
    const [oldest] = await tx.select({ waited }).from(jobs).where(eq(jobs.state, 'queued'));
    const [online] = await tx
      .select({ count: count() })
      .from(runners)
      .where(gte(runners.last_seen_at, inSeconds(-options.online_s)));
    const stored = sql<number>`case when reltuples < 100000 then (select count(*) from trials) else reltuples end::double precision`;
    const [trials] = await tx
      .select({ stored })
      .from(sql`pg_class`)
      .where(sql`oid = 'trials'::regclass`);
    return {
      experiments: withZeros(EXPERIMENT_STATES, byState),
      jobs: withZeros(
        JOB_STATES.filter((state) => !hasEnded(state)),
        unended,
      ),
      oldest_queued_s: oldest?.waited ?? 0,
      runners_online: online?.count ?? 0,
      trials_stored: trials?.stored ?? 0,
    };
  });
}

/** A state that nothing is in is 0, not missing: a series that comes and goes cannot be watched. */
function withZeros<State extends string>(
  states: readonly State[],
  rows: readonly { readonly state: State; readonly count: number }[],
): Map<State, number> {
  const counts = new Map(rows.map(({ state, count: rowCount }) => [state, rowCount]));
  return new Map(states.map((state) => [state, counts.get(state) ?? 0]));
}

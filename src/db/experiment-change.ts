import { eq, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { EndReason, Outcome } from '../core/job.ts';
import type { Tx } from './client.ts';
import { now } from './clock.ts';
import type { EventType } from './events.ts';
import { noteOutbound } from './outbox.ts';
import { events } from './schema/events.ts';
import { experiments } from './schema/experiments.ts';
import { type JobRow, jobs } from './schema/jobs.ts';

interface NewEvent {
  readonly type: EventType;
  readonly data: Record<string, unknown>;
}

/** A change that readers see: it raises the version and leaves an event. Locks the experiment, so its job is locked before. */
export async function changeExperiment(
  tx: Tx,
  experiment_id: string,
  set: PgUpdateSetSource<typeof experiments>,
  event: NewEvent,
): Promise<void> {
  const [row] = await tx
    .update(experiments)
    .set({
      ...set,
      version: sql`${experiments.version} + 1`,
      events_count: sql`${experiments.events_count} + 1`,
    })
    .where(eq(experiments.id, experiment_id))
    .returning({ seq: experiments.events_count });
  if (!row) throw new Error(`job without its experiment ${experiment_id}`);
  await tx.insert(events).values({ experiment_id, seq: row.seq, type: event.type, data: event.data });
}

export interface End {
  readonly status: Outcome;
  readonly reason: EndReason | null;
}

/** Where nothing judges an experiment its verdict is said at its end; where something does, `settleVerdict` says it. */
const VERDICT_AT_END = sql`case when coalesce(json_array_length(${experiments.spec} -> 'thresholds'), 0) = 0 then 'none' end`;

/** Ends a job that the transaction has locked, and its experiment with it. The lease id stays, so that a repeated finish is known. */
export async function endJob(
  tx: Tx,
  job: Pick<JobRow, 'id' | 'project_id' | 'experiment_id'>,
  end: End,
): Promise<void> {
  const started = end.status === 'succeeded';
  await tx
    .update(jobs)
    .set({
      state: end.status,
      reason: end.reason,
      ended_at: now(),
      lease_expires_at: null,
      ...(started && {
        started_at: sql`coalesce(${jobs.started_at}, now())`,
        deadline_at: sql`coalesce(${jobs.deadline_at}, now())`,
      }),
    })
    .where(eq(jobs.id, job.id));
  await changeExperiment(
    tx,
    job.experiment_id,
    {
      status: end.status,
      reason: end.reason,
      ended_at: now(),
      verdict: VERDICT_AT_END,
      progress: null,
      ...(started && { started_at: sql`coalesce(${experiments.started_at}, now())` }),
    },
    { type: end.status, data: { reason: end.reason } },
  );
  const { project_id, experiment_id } = job;
  await noteOutbound(tx, { project_id, type: `experiment.${end.status}`, experiment_id, data: {} });
}

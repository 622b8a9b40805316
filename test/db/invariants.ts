import { asc, eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { hasEnded } from '../../src/core/job.ts';
import type { Db } from '../../src/db/client.ts';
import { events } from '../../src/db/schema/events.ts';
import { trials } from '../../src/db/schema/trials.ts';
import { experimentOf, jobOf } from './world.ts';

/** All that is stored of an experiment and that the rules of docs/job-lifecycle.md speak of. */
export async function seen(db: Db, { id, job_id }: { readonly id: string; readonly job_id: string }) {
  const rows = await db.select().from(trials).where(eq(trials.experiment_id, id));
  return { job: await jobOf(db, job_id), experiment: await experimentOf(db, id), trials: rows };
}
export type Seen = Awaited<ReturnType<typeof seen>>;

/** Job, experiment and trials tell the same story, whatever has happened. */
export function agrees({ job, experiment, trials: stored }: Seen): void {
  expect(hasEnded(experiment.status)).toBe(hasEnded(job.state));
  expect(experiment.reason).toBe(job.reason);
  if (hasEnded(job.state)) expect(experiment.status).toBe(job.state);
  if (job.state === 'running') expect(experiment.status).toBe('running');
  if (experiment.status === 'queued') expect(job.started_at).toBeNull();
  expect(experiment.trials_done).toBe(stored.filter((trial) => trial.generation === job.generation).length);
  expect(job.attempt).toBeLessThanOrEqual(10);
  expect(job.fruitless_attempts).toBeLessThanOrEqual(2);
}

/** Events are numbered from 1 without gaps, and the experiment knows how many there are. */
export async function eventsAreWhole(db: Db, { experiment }: Seen): Promise<void> {
  const of = eq(events.experiment_id, experiment.id);
  const rows = await db.select({ seq: events.seq }).from(events).where(of).orderBy(asc(events.seq));
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, i) => i + 1));
  expect(rows).toHaveLength(experiment.events_count);
}

import { and, eq } from 'drizzle-orm';
import { type ExperimentState, hasEnded } from '../core/job.ts';
import type { Db } from './client.ts';
import { now } from './clock.ts';
import { experiments } from './schema/experiments.ts';
import { jobs } from './schema/jobs.ts';
import { series } from './schema/series.ts';
import { SERIES_ROW, type SeriesRow } from './series.ts';

export type PinAnswer =
  | { readonly kind: 'pinned'; readonly series: SeriesRow }
  | { readonly kind: 'not-found' }
  /** `not-ended`: or still to be judged. */
  | { readonly kind: 'not-ended' | 'not-succeeded'; readonly status: ExperimentState }
  | { readonly kind: 'other-series'; readonly series: string | null };

/**
 * Makes an experiment what `base: series` compares with, in place of the one before. Only one of that series that has succeeded.
 * Its job is locked, as by whatever deletes it: what is pinned is there. Lock order: job, series, then project and experiment by
 * their references.
 */
export async function pinBaseline(
  db: Db,
  project_id: string,
  pin: { readonly series: string; readonly experiment_id: string },
): Promise<PinAnswer> {
  const { experiment_id } = pin;
  return db.transaction(async (tx): Promise<PinAnswer> => {
    const [job] = await tx
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.project_id, project_id), eq(jobs.experiment_id, experiment_id)))
      .for('update');
    if (!job) return { kind: 'not-found' };
    const [experiment] = await tx
      .select({ status: experiments.status, series: experiments.series, verdict: experiments.verdict })
      .from(experiments)
      .where(eq(experiments.id, experiment_id));
    if (!experiment) throw new Error(`job without its experiment ${experiment_id}`);
    const { status, verdict } = experiment;
    if (experiment.series !== pin.series) return { kind: 'other-series', series: experiment.series };
    if (!hasEnded(status) || verdict === null) return { kind: 'not-ended', status };
    if (status !== 'succeeded') return { kind: 'not-succeeded', status };
    const set = { baseline_experiment_id: experiment_id, baseline_set_at: now() };
    const [row] = await tx
      .insert(series)
      .values({ project_id, name: pin.series, ...set })
      .onConflictDoUpdate({ target: [series.project_id, series.name], set })
      .returning(SERIES_ROW);
    if (!row) throw new Error('an upsert returned no row');
    return { kind: 'pinned', series: row };
  });
}

/** From now on the series has no baseline; the experiment is kept as any other is. */
export async function unpinBaseline(db: Db, project_id: string, name: string): Promise<void> {
  await db
    .update(series)
    .set({ baseline_experiment_id: null, baseline_set_at: null })
    .where(and(eq(series.project_id, project_id), eq(series.name, name)));
}

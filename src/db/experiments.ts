import { and, eq } from 'drizzle-orm';
import type { GateVerdict } from '../core/gate/verdict.ts';
import type { EndReason, ExperimentState } from '../core/job.ts';
import { hasEnded } from '../core/job.ts';
import type { HostFingerprint } from '../core/host.ts';
import type { TargetOffer } from '../core/offer.ts';
import type { Origin } from '../core/origin.ts';
import type { Progress } from '../core/runner-protocol.ts';
import type { Block } from '../core/schedule.ts';
import type { Spec } from '../core/spec.ts';
import type { Db, Tx } from './client.ts';
import { noteOutbound } from './outbox.ts';
import { events } from './schema/events.ts';
import { experiments } from './schema/experiments.ts';
import { jobs } from './schema/jobs.ts';
import { series } from './schema/series.ts';

/** What a list shows of an experiment. */
export interface ExperimentSummary {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  /** `spec.series`. */
  readonly series: string | null;
  /** Null: no hook started it. */
  readonly origin: Origin | null;
  readonly status: ExperimentState;
  readonly reason: EndReason | null;
  /** Null: it has not ended, or is still to be judged (`settleVerdict`). */
  readonly verdict: GateVerdict | null;
  /** Grows with each write that a reader may see, and only then. */
  readonly version: number;
  readonly cells_count: number;
  readonly trials_planned: number;
  /** Stored trials with run 1, of the current generation. */
  readonly trials_done: number;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly cancel_requested_at: Date | null;
}

export interface ExperimentRow extends ExperimentSummary {
  readonly spec: Spec;
  readonly schedule: Block[];
  /** Of the current generation; null before its start. */
  readonly host: { readonly fingerprint: HostFingerprint; readonly digest: string } | null;
  /** The offers of the spec's targets as its runner described them at the start. */
  readonly targets: TargetOffer[];
  /** What the runner said last; null unless a runner is at work. */
  readonly progress: Progress | null;
  /** 0: never shared. A link is valid when it was signed for this version and `shared`. */
  readonly share_version: number;
  readonly shared: boolean;
}

export interface NewExperiment {
  readonly experiment: {
    readonly id: string;
    readonly project_id: string;
    readonly name: string;
    readonly labels: Record<string, string>;
    /** What an inbound hook started it for; default: null, no hook did. */
    readonly origin?: Origin | null;
    readonly spec: Spec;
    readonly original: { readonly text: string; readonly media_type: string };
    readonly schedule: readonly Block[];
    readonly cells_count: number;
    readonly trials_planned: number;
  };
  readonly job: {
    readonly id: string;
    /** What a runner must offer: `neededKeys(spec.deployments)` of core/offer. */
    readonly needs: readonly string[];
    readonly runner_labels: Record<string, string>;
    readonly timeout_s: number;
    readonly queue_timeout_s: number;
  };
  /** Data of the event `queued`. */
  readonly queued: Record<string, unknown>;
}

export const EXPERIMENT_SUMMARY = {
  id: experiments.id,
  project_id: experiments.project_id,
  name: experiments.name,
  labels: experiments.labels,
  series: experiments.series,
  origin: experiments.origin,
  status: experiments.status,
  reason: experiments.reason,
  verdict: experiments.verdict,
  version: experiments.version,
  cells_count: experiments.cells_count,
  trials_planned: experiments.trials_planned,
  trials_done: experiments.trials_done,
  created_at: experiments.created_at,
  started_at: experiments.started_at,
  ended_at: experiments.ended_at,
  cancel_requested_at: experiments.cancel_requested_at,
};

/** All but the large ones that have a verb of their own. */
export const EXPERIMENT_ROW = {
  ...EXPERIMENT_SUMMARY,
  spec: experiments.spec,
  schedule: experiments.schedule,
  host: experiments.host,
  targets: experiments.targets,
  progress: experiments.progress,
  share_version: experiments.share_version,
  shared: experiments.shared,
};

/** Stores an experiment with its job and first event, whatever waits already: `submitExperiment` is what clients ask. */
export async function createExperiment(db: Db, created: NewExperiment): Promise<ExperimentRow> {
  return db.transaction((tx) => insertExperiment(tx, created));
}

/** The same inside a transaction. */
export async function insertExperiment(tx: Tx, created: NewExperiment): Promise<ExperimentRow> {
  const { original, schedule, ...experiment } = created.experiment;
  const { needs, ...job } = created.job;
  const [row] = await tx
    .insert(experiments)
    .values({
      ...experiment,
      series: experiment.spec.series ?? null,
      schedule: [...schedule],
      original_text: original.text,
      original_media_type: original.media_type,
      events_count: 1,
    })
    .returning(EXPERIMENT_ROW);
  if (!row) throw new Error('an insert returned no row');
  const { id: experiment_id, project_id } = row;
  await tx.insert(jobs).values({ ...job, needs: [...needs], experiment_id, project_id });
  await tx.insert(events).values({ experiment_id, seq: 1, type: 'queued', data: created.queued });
  await noteOutbound(tx, { project_id, type: 'experiment.queued', experiment_id, data: {} });
  return row;
}

export async function getExperiment(db: Db, project_id: string, id: string): Promise<ExperimentRow | null> {
  const [row] = await db.select(EXPERIMENT_ROW).from(experiments).where(isOf(project_id, id));
  return row ?? null;
}

/** The spec as it was sent. */
export async function getOriginal(
  db: Db,
  project_id: string,
  id: string,
): Promise<{ text: string; media_type: string } | null> {
  const [row] = await db
    .select({ text: experiments.original_text, media_type: experiments.original_media_type })
    .from(experiments)
    .where(isOf(project_id, id));
  return row ?? null;
}

/** Deletes an ended experiment with its job, trials and events. `pinned`: it is the baseline of its series. */
export async function deleteExperiment(
  db: Db,
  project_id: string,
  id: string,
): Promise<'deleted' | 'not-found' | 'not-ended' | 'pinned'> {
  return db.transaction(async (tx) => {
    const [job] = await tx
      .select({ state: jobs.state })
      .from(jobs)
      .where(and(eq(jobs.project_id, project_id), eq(jobs.experiment_id, id)))
      .for('update');
    if (!job) return 'not-found';
    if (!hasEnded(job.state)) return 'not-ended';
    // Whoever pins it locks its job, too: what is not pinned now is not while this goes on.
    const pinned = await tx.select({ name: series.name }).from(series).where(eq(series.baseline_experiment_id, id));
    if (pinned.length > 0) return 'pinned';
    await tx.delete(experiments).where(isOf(project_id, id));
    return 'deleted';
  });
}

function isOf(project_id: string, id: string) {
  return and(eq(experiments.project_id, project_id), eq(experiments.id, id));
}

import type { HostFingerprint } from '../core/host.ts';
import type { EndReason, ExperimentState } from '../core/job.ts';
import type { TargetOffer } from '../core/offer.ts';
import type { Progress } from '../core/runner-protocol.ts';
import type { Block } from '../core/schedule.ts';
import type { Spec } from '../core/spec.ts';
import type { Db } from './client.ts';

/** What a list shows of an experiment. */
export interface ExperimentSummary {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly status: ExperimentState;
  readonly reason: EndReason | null;
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

export async function createExperiment(db: Db, created: NewExperiment): Promise<ExperimentRow> {
  throw new Error(String([db, created]));
}
export async function getExperiment(db: Db, project_id: string, id: string): Promise<ExperimentRow | null> {
  throw new Error(String([db, project_id, id]));
}
/** The spec as it was sent. */
export async function getOriginal(
  db: Db,
  project_id: string,
  id: string,
): Promise<{ text: string; media_type: string } | null> {
  throw new Error(String([db, project_id, id]));
}
/** Deletes an ended experiment with its job, trials and events. */
export async function deleteExperiment(
  db: Db,
  project_id: string,
  id: string,
): Promise<'deleted' | 'not-found' | 'not-ended'> {
  throw new Error(String([db, project_id, id]));
}

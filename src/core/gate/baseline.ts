import type { Metric } from '../metric.ts';
import type { Bottleneck, CellResult, Results } from '../results.ts';
import { storedCells } from './stored-cell.ts';

/** One metric of a cell as its usable trials gave it. */
export interface StoredValues {
  /** One per usable trial, in the unit of the metric; empty where `reason` says why there are none. */
  readonly values: readonly number[];
  /** Width of the bucket that the values were read from, in their unit; 0: they were not read from one. */
  readonly step: number;
  readonly reason: string | null;
}

/** A cell of an experiment that has ended, as far as a later experiment is compared with it. */
export interface StoredCell extends Pick<CellResult, 'cell' | 'deployment' | 'workers' | 'load' | 'workload'> {
  readonly validity: CellResult['validity'];
  readonly bottleneck: Bottleneck | null;
  /** `think_time_s` of its load family as the spec has it (its mean alone does not say how it is drawn), as JSON; null: none. */
  readonly think_time: string | null;
  /** So many requests failed that latency is that of another population. */
  readonly failures: boolean;
  /** Percentiles, `mean` or `max` whose values are lower bounds. */
  readonly censored: readonly string[];
  readonly metrics: Readonly<Record<Metric, StoredValues>>;
}

/** A cell of one measurement session: rows of `results.cells` fit as they are. */
export type SessionCell = Pick<CellResult, 'cell' | 'workers' | 'load' | 'workload' | 'validity' | Metric>;

/** One measurement session of a series: one ended experiment of its history. */
export interface SessionFacts {
  readonly experiment_id: string;
  readonly host_digest: string;
  readonly cells: readonly SessionCell[];
}

/** What `base: series` compares with: the pinned baseline, and how much sessions of the series differ on one host. */
export interface BaselineFacts {
  readonly experiment_id: string;
  readonly ended_at: string | null;
  /** Its `labels.commit`. */
  readonly commit: string | null;
  /** Null: no trial of it was run. */
  readonly host_digest: string | null;
  readonly cells: readonly StoredCell[];
  /**
   * The sessions of the series' history, the newest `MAX_SESSIONS` at most, the baseline's own among them if it belongs
   * to the history; never that of the experiment which is judged. Of any host: those of another are left out here.
   */
  readonly sessions: readonly SessionFacts[];
}

/** A standard deviation over more says nothing new, and each is a document to be read. */
export const MAX_SESSIONS = 50;

/** The facts of a pinned experiment from its results. */
export function baselineFacts(results: Results, sessions: readonly SessionFacts[]): BaselineFacts {
  const { experiment, host } = results;
  return {
    experiment_id: experiment.id,
    ended_at: experiment.ended_at,
    commit: experiment.labels['commit'] ?? null,
    host_digest: host?.digest ?? null,
    cells: storedCells(results),
    sessions,
  };
}

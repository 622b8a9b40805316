import { type StoredCell, storedCells } from '../compare/stored-cell.ts';
import type { Metric } from '../metric.ts';
import type { CellResult, Results } from '../results.ts';

/** A cell of one measurement session: rows of `results.cells` fit as they are. Null: its results are older than the metric. */
export type SessionCell = Pick<CellResult, 'cell' | 'workers' | 'load' | 'workload' | 'validity'> & {
  readonly [M in Metric]: CellResult[M] | null;
};

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

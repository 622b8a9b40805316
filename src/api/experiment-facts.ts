import { baselineFacts, type SessionFacts } from '../core/gate/baseline.ts';
import { hasEnded } from '../core/job.ts';
import type { Results } from '../core/results.ts';
import type { ExperimentFacts, Judgement } from '../core/summary/facts.ts';
import { trialSummary, type TrialSummary } from '../core/summary/trial-summary.ts';
import type { TrialResult } from '../core/trial-result.ts';
import type { ExperimentRow } from '../db/experiments.ts';
import type { SummaryRow } from '../db/trial-summaries.ts';
import type { TrialRow } from '../db/trials.ts';
import type { StoredTrial } from '../report/csv/stored-trial.ts';

/** What `base: series` compares with. Results of megabytes are read where the results are made, perhaps in a thread. */
interface BaselineText {
  /** The text of the pinned experiment's `results.json`. */
  readonly results: string;
  readonly sessions: readonly SessionFacts[];
}

/** What results depend on besides the experiment itself. */
export interface Beside {
  /** Null: nothing compares with a baseline, or there is none. */
  readonly baseline: BaselineText | null;
  /** The verdict that was given before, which results that are made anew hold; null: none was. */
  readonly judged: Judgement | null;
}

/** All that results are made from but the trials. Plain values: it can be sent to a thread. */
export interface ExperimentHead extends Omit<ExperimentFacts, 'host' | 'trials' | 'baseline' | 'judged'>, Beside {
  readonly host: ExperimentRow['host'];
}

/** A trial as results take it: the text of its summary or, where that was never made, of its body. */
export type TrialText = Pick<SummaryRow, 'id' | 'summary' | 'body'>;

type SummarisedTrial = ExperimentFacts['trials'][number];

/** The body was checked against its schema before it was stored, and is stored byte for byte. */
export function storedTrial(row: Pick<TrialRow, 'id' | 'body'>): StoredTrial {
  return { id: row.id, result: JSON.parse(row.body) as TrialResult };
}

export function summarisedTrial({ id, summary, body }: TrialText): SummarisedTrial {
  if (summary !== null) return { id, summary: JSON.parse(summary) as TrialSummary };
  return { id, summary: trialSummary(JSON.parse(body ?? 'null') as TrialResult) };
}

export function experimentHead(row: ExperimentRow, beside: Beside): ExperimentHead {
  return {
    ...beside,
    experiment: {
      id: row.id,
      name: row.name,
      labels: row.labels,
      status: row.status,
      reason: row.reason,
      created_at: row.created_at.toISOString(),
      started_at: row.started_at?.toISOString() ?? null,
      ended_at: row.ended_at?.toISOString() ?? null,
      spec: row.spec,
      trials_planned: row.trials_planned,
      trials_done: row.trials_done,
    },
    spec: row.spec,
    schedule: row.schedule,
    host: row.host,
    targets: row.targets,
    partial: !hasEnded(row.status),
  };
}

function hostOf({ host }: ExperimentHead, trials: readonly SummarisedTrial[]): Results['host'] {
  if (host === null) return null;
  const conditions = trials.find(({ summary }) => summary.host !== null)?.summary.host ?? null;
  return { fingerprint: host.fingerprint, digest: host.digest, conditions };
}

/** What is stored of an experiment, as the summary takes it. `trials` in the order of the schedule. */
export function experimentFacts(head: ExperimentHead, trials: readonly SummarisedTrial[]): ExperimentFacts {
  const { baseline, ...facts } = head;
  const pinned = baseline === null ? null : baselineFacts(JSON.parse(baseline.results) as Results, baseline.sessions);
  return { ...facts, host: hostOf(head, trials), trials, baseline: pinned };
}

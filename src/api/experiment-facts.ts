import type { Results } from '../core/results.ts';
import type { ExperimentFacts } from '../core/summary/facts.ts';
import { hasEnded } from '../core/job.ts';
import type { TrialResult } from '../core/trial-result.ts';
import type { ExperimentRow } from '../db/experiments.ts';
import type { TrialRow } from '../db/trials.ts';
import type { StoredTrial } from '../report/csv/stored-trial.ts';

/** The body was checked against its schema before it was stored, and is stored byte for byte. */
export function storedTrial(row: Pick<TrialRow, 'id' | 'body'>): StoredTrial {
  return { id: row.id, result: JSON.parse(row.body) as TrialResult };
}

function hostOf(row: ExperimentRow, trials: readonly StoredTrial[]): Results['host'] {
  if (row.host === null) return null;
  const conditions = trials.find((trial) => trial.result.host !== null)?.result.host ?? null;
  return { fingerprint: row.host.fingerprint, digest: row.host.digest, conditions };
}

/** What is stored of an experiment, as the summary takes it. */
export function experimentFacts(row: ExperimentRow, trials: readonly StoredTrial[]): ExperimentFacts {
  return {
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
    host: hostOf(row, trials),
    targets: row.targets,
    trials,
    partial: !hasEnded(row.status),
  };
}

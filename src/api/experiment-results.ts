import { hasEnded } from '../core/job.ts';
import type { Results } from '../core/results.ts';
import { summarise } from '../core/summary/summarise.ts';
import { type ExperimentRow, getExperiment } from '../db/experiments.ts';
import { getResults, storeResults } from '../db/results.ts';
import { listTrials } from '../db/trials.ts';
import type { Deps } from './deps.ts';
import { sha256Hex } from './digest.ts';
import { experimentFacts, storedTrial } from './experiment-facts.ts';
import { Recent } from './recent.ts';

/** Partial results of a 5,000-trial experiment are about 10 MiB: few are watched at once. */
const MAX_RECENT = 8;

export interface ResultReader {
  /** Of an ended experiment what was stored at its end; of one that runs, what its trials say so far (`partial: true`). */
  read(row: ExperimentRow): Promise<Results>;
  /** Computes and stores the results of an experiment that has just ended. A failure is logged: they are then made when first read. */
  settle(project_id: string, experiment_id: string): Promise<void>;
}

async function compute(deps: Deps, row: ExperimentRow): Promise<Results> {
  const trials = await listTrials(deps.db, row.id);
  return summarise(experimentFacts(row, trials.map(storedTrial)));
}

async function computeAndStore(deps: Deps, row: ExperimentRow): Promise<Results> {
  const results = await compute(deps, row);
  await storeResults(deps.db, row.id, { results, digest: await sha256Hex(JSON.stringify(results)) });
  return results;
}

/** Derived once: at the end of an experiment, or per version while it runs; never inside a transaction. */
export function createResultReader(deps: Deps): ResultReader {
  const recent = new Recent<Results>(MAX_RECENT, { isolated: deps.config.isolated_requests });
  const once = (row: ExperimentRow, make: typeof compute) =>
    recent.get(`${row.id}.${row.version}`, () => make(deps, row));
  return {
    async read(row) {
      if (!hasEnded(row.status)) return once(row, compute);
      const stored = await getResults(deps.db, row.id);
      return stored?.results ?? once(row, computeAndStore);
    },
    async settle(project_id, experiment_id) {
      try {
        const row = await getExperiment(deps.db, project_id, experiment_id);
        if (row !== null && hasEnded(row.status) && (await getResults(deps.db, experiment_id)) === null) {
          await once(row, computeAndStore);
        }
      } catch (error) {
        deps.log.error(
          { err: error, experiment_id },
          'results could not be stored at the end; the first reader makes them',
        );
      }
    },
  };
}

import { hasEnded } from '../core/job.ts';
import { RESULTS_VERSION } from '../core/summary/summarise.ts';
import { type ExperimentRow, getExperiment } from '../db/experiments.ts';
import { getResults, getResultsDigest, type ResultsText, storeResults } from '../db/results.ts';
import type { Deps } from './deps.ts';
import { deriveOf } from './derive.ts';
import { experimentHead } from './experiment-facts.ts';
import { Recent } from './recent.ts';
import { summaryPages } from './trial-pages.ts';

/** Results of a 5,000-trial experiment are some 10 MiB: few that run are watched at once. */
const MAX_RECENT = 4;

export interface ResultReader {
  /** `results.json`: of an ended experiment what was stored, of one that runs what its trials say so far (`partial: true`). */
  read(row: ExperimentRow): Promise<ResultsText>;
  /** Sees to it that the results of an ended experiment are stored, without reading them. */
  ensure(row: ExperimentRow): Promise<void>;
  /**
   * The same for an experiment that has just ended. A failure is logged. Who ends by time or is canceled while it waits has
   * no finish: its results are made when they are first read.
   */
  settle(project_id: string, experiment_id: string): Promise<void>;
}

/** Derived once: at the end of an experiment, or per version while it runs; never inside a transaction. */
export function createResultReader(deps: Deps): ResultReader {
  const derive = deriveOf(deps);
  const recent = new Recent<ResultsText>(MAX_RECENT, { isolated: deps.config.isolated_requests });
  const make = (row: ExperimentRow) => derive.results(experimentHead(row), summaryPages(deps.db, row.id));
  const makeAndStore = async (row: ExperimentRow) => {
    const made = await make(row);
    await storeResults(deps.db, row.id, { ...made, version: RESULTS_VERSION });
    return made;
  };
  // Whoever asks at the same time gets the same: an ended experiment never changes, one that runs gets a new version.
  const once = (row: ExperimentRow, how: typeof make) => recent.get(`${row.id}.${row.version}`, () => how(row));
  const ensure = async (row: ExperimentRow) => {
    if ((await getResultsDigest(deps.db, row.id, RESULTS_VERSION)) === null) await once(row, makeAndStore);
  };
  return {
    ensure,
    async read(row) {
      if (!hasEnded(row.status)) return once(row, make);
      return (await getResults(deps.db, row.id, RESULTS_VERSION)) ?? once(row, makeAndStore);
    },
    async settle(project_id, experiment_id) {
      try {
        const row = await getExperiment(deps.db, project_id, experiment_id);
        if (row !== null && hasEnded(row.status)) await ensure(row);
      } catch (error) {
        deps.log.error(
          { err: error, experiment_id },
          'results could not be stored at the end; the first reader makes them',
        );
      }
    },
  };
}

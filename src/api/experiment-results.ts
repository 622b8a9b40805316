import { hasEnded } from '../core/job.ts';
import { RESULTS_VERSION } from '../core/summary/summarise.ts';
import { type ExperimentRow, getExperiment } from '../db/experiments.ts';
import { getResults, getResultsDigest, type ResultsText, storeResults } from '../db/results.ts';
import { settleVerdict } from '../db/verdicts.ts';
import type { Deps } from './deps.ts';
import { deriveOf } from './derive.ts';
import { experimentHead } from './experiment-facts.ts';
import { Recent } from './recent.ts';
import { besideOf } from './results-beside.ts';
import { summaryPages } from './trial-pages.ts';

/** Results of a 5,000-trial experiment are some 10 MiB: few that run are watched at once. */
const MAX_RECENT = 4;

export interface ResultReader {
  /** `results.json`: of an ended experiment what was stored, of one that runs what its trials say so far (`partial: true`). */
  read(row: ExperimentRow): Promise<ResultsText>;
  /** Sees to it that an ended experiment has its results and its verdict, without reading them. */
  ensure(row: ExperimentRow): Promise<void>;
  /** The same by its id, at the end or when it is found without a verdict. False: it failed, which is logged. */
  settle(project_id: string, experiment_id: string): Promise<boolean>;
}

export type ReaderDeps = Pick<Deps, 'db' | 'config' | 'log' | 'derive' | 'renderReport' | 'outbox'>;

/**
 * Derived once: at the end of an experiment, or per version while it runs; never inside a transaction. Whoever makes the results of
 * one that has no verdict gives it the one that they hold.
 */
export function createResultReader(deps: ReaderDeps): ResultReader {
  const { db } = deps;
  const derive = deriveOf(deps);
  const recent = new Recent<ResultsText>(MAX_RECENT, { isolated: deps.config.isolated_requests });
  const make = async (row: ExperimentRow) =>
    derive.results(experimentHead(row, await besideOf(db, row, read)), summaryPages(db, row.id));
  const makeAndStore = async (row: ExperimentRow) => {
    const { verdict, ...made } = await make(row);
    const results = { ...made, version: RESULTS_VERSION };
    const kept =
      row.verdict === null
        ? await settleVerdict(db, row.id, { verdict, results })
        : await storeResults(db, row.id, results);
    if (kept && verdict !== 'none') deps.outbox?.wake();
    // Another was faster: what it stored is what everybody reads, and may differ where a baseline was pinned in between.
    return kept ? made : ((await getResults(db, row.id, RESULTS_VERSION)) ?? made);
  };
  // Whoever asks at the same time gets the same: an ended experiment never changes, one that runs gets a new version.
  const once = (row: ExperimentRow, how: (row: ExperimentRow) => Promise<ResultsText>) =>
    recent.get(`${row.id}.${row.version}`, () => how(row));
  const read = async (row: ExperimentRow): Promise<ResultsText> => {
    if (!hasEnded(row.status)) return once(row, make);
    return (await getResults(db, row.id, RESULTS_VERSION)) ?? once(row, makeAndStore);
  };
  const ensure = async (row: ExperimentRow) => {
    const isMade = row.verdict !== null && (await getResultsDigest(db, row.id, RESULTS_VERSION)) !== null;
    if (!isMade) await once(row, makeAndStore);
  };
  return {
    read,
    ensure,
    async settle(project_id, experiment_id) {
      try {
        const row = await getExperiment(db, project_id, experiment_id);
        if (row !== null && hasEnded(row.status)) await ensure(row);
        return true;
      } catch (error) {
        deps.log.error({ err: error, experiment_id }, 'an experiment could not be judged; it is tried again');
        return false;
      }
    },
  };
}

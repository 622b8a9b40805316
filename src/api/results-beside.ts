import { MAX_SESSIONS } from '../core/gate/baseline.ts';
import { SERIES_BASE } from '../core/gate/threshold.ts';
import type { Db } from '../db/client.ts';
import { type ExperimentRow, getExperiment } from '../db/experiments.ts';
import type { ResultsText } from '../db/results.ts';
import { listSessions } from '../db/series-history.ts';
import { getSeries } from '../db/series.ts';
import { getJudgement } from '../db/verdicts.ts';
import type { Beside } from './experiment-facts.ts';

type Read = (row: ExperimentRow) => Promise<ResultsText>;

/**
 * What results of an experiment depend on besides itself: the verdict that it was given, or else the baseline of its series. `read`
 * gives the results of the pinned experiment; that was judged before it was pinned, so that it waits for no other.
 */
export async function besideOf(db: Db, row: ExperimentRow, read: Read): Promise<Beside> {
  const isJudged = row.verdict !== null && row.verdict !== 'none';
  const judged = isJudged ? await getJudgement(db, row.id) : null;
  return { judged, baseline: judged === null ? await baselineOf(db, row, read) : null };
}

async function baselineOf(db: Db, row: ExperimentRow, read: Read): Promise<Beside['baseline']> {
  const { project_id, series, host } = row;
  if (series === null || !comparesWithSeries(row)) return null;
  const known = await getSeries(db, project_id, series);
  const pinned_id = known?.baseline_experiment_id ?? null;
  // Nothing is its own baseline.
  if (known === null || pinned_id === null || pinned_id === row.id) return null;
  const pinned = await getExperiment(db, project_id, pinned_id);
  if (pinned === null) return null;
  const { text } = await read(pinned);
  if (host === null) return { results: text, sessions: [] };
  const of = { project_id, series, main_branch: known.main_branch };
  const which = { host_digest: host.digest, except: row.id, limit: MAX_SESSIONS };
  return { results: text, sessions: await listSessions(db, of, which) };
}

function comparesWithSeries({ spec }: ExperimentRow): boolean {
  return spec.thresholds.some(({ regression }) => regression?.base === SERIES_BASE);
}

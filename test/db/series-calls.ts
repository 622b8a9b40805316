import { expect } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { storeResults } from '../../src/db/results.ts';
import { pinBaseline, unpinBaseline } from '../../src/db/series-baseline.ts';
import { listHistory, listSessions, listWithoutResults } from '../../src/db/series-history.ts';
import { getSeries, listSeries, setMainBranch } from '../../src/db/series.ts';
import { getJudgement, listUnjudged, settleVerdict } from '../../src/db/verdicts.ts';
import type { Call } from './verb-call.ts';
import { newProject, putAll, queueExperiment, sha256, startedJob } from './world.ts';

const SERIES = 'a-series';
const VERSION = 1;

/** An experiment of the series that has succeeded, and whose results are stored unless `made` is false. */
async function member(db: Db, made = true) {
  const labels = { branch: 'main' };
  const { project_id, experiment, runner, lease } = await startedJob(db, { spec: { series: SERIES }, labels });
  await putAll(db, lease, experiment);
  await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  const text = '{"cells":[{"cell":"a","validity":"valid"}]}';
  if (made) await storeResults(db, experiment.id, { text, digest: sha256(text), version: VERSION });
  return {
    pin: { series: SERIES, experiment_id: experiment.id },
    of: { project_id, series: SERIES, main_branch: 'main' },
    host_digest: sha256(runner.host_id),
  };
}

/** The id of one that has ended and is to be judged. */
async function unjudged(db: Db): Promise<string> {
  const project_id = await newProject(db);
  const spec = { thresholds: [{ id: 'T1', cells: {}, expect: ['error_rate == 0'] }] };
  const { id } = await queueExperiment(db, project_id, { spec });
  await requestCancel(db, project_id, id);
  return id;
}

const settle = (db: Db, id: string) => {
  const text = '{"cells":[],"thresholds":[],"verdict":"inconclusive","baseline":null}';
  return settleVerdict(db, id, {
    verdict: 'inconclusive',
    results: { text, digest: sha256(text), version: VERSION },
  });
};

const some = (): unknown => expect.arrayContaining([expect.anything()]);
const trunk = { name: SERIES, main_branch: 'trunk' };

/** The verbs of series and verdicts, as `VERB_CALLS` has them, each with a world of its own. */
export const SERIES_CALLS: Record<string, (db: Db) => Call> = {
  getJudgement: (db) => ({
    call: unjudged(db).then((id) => settle(db, id).then(() => getJudgement(db, id))),
    answers: { verdict: 'inconclusive', thresholds: [], baseline: null },
  }),
  getSeries: (db) => ({
    call: member(db).then(({ of }) => getSeries(db, of.project_id, SERIES)),
    answers: { main_branch: 'main' },
  }),
  listHistory: (db) => ({
    call: member(db).then(({ of }) =>
      listHistory(db, of, { metric: 'throughput_rps', cell: null, limit: 2, cursor: null }),
    ),
    answers: { rows: some(), next: null },
  }),
  listSeries: (db) => ({
    call: member(db).then(({ of }) => listSeries(db, of.project_id, { after: null, limit: 1 })),
    answers: { series: some(), next: null },
  }),
  listSessions: (db) => ({
    call: member(db).then(({ of, host_digest }) => listSessions(db, of, { host_digest, except: 'exp_0', limit: 2 })),
    answers: some(),
  }),
  listUnjudged: (db) => ({
    call: unjudged(db).then(() => listUnjudged(db, { limit: 1, except: ['exp_0'] })),
    answers: some(),
  }),
  listWithoutResults: (db) => ({
    call: member(db, false).then(({ of }) => listWithoutResults(db, of, 1)),
    answers: some(),
  }),
  pinBaseline: (db) => ({
    call: member(db).then(({ of, pin }) => pinBaseline(db, of.project_id, pin)),
    answers: { kind: 'pinned' },
  }),
  setMainBranch: (db) => ({
    call: newProject(db).then((project_id) => setMainBranch(db, project_id, trunk)),
    answers: trunk,
  }),
  settleVerdict: (db) => ({ call: unjudged(db).then((id) => settle(db, id)), answers: true }),
  unpinBaseline: (db) => ({
    call: member(db).then(({ of, pin }) =>
      pinBaseline(db, of.project_id, pin).then(() => unpinBaseline(db, of.project_id, SERIES)),
    ),
    answers: undefined,
  }),
};

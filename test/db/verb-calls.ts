import { expect } from 'vitest';
import type { Results } from '../../src/core/results.ts';
import type { Db } from '../../src/db/client.ts';
import { listEvents } from '../../src/db/events.ts';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { listExperiments } from '../../src/db/experiments-list.ts';
import { getShared, revokeShare, shareExperiment } from '../../src/db/experiments-share.ts';
import { deleteExperiment, getExperiment, getOriginal } from '../../src/db/experiments.ts';
import { expire } from '../../src/db/expiry.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { heartbeat, releaseJob, startJob } from '../../src/db/job-run.ts';
import { jobStatus } from '../../src/db/job-status.ts';
import { listTrialKeys } from '../../src/db/job-trial.ts';
import { type NewKey, createFirstOperator, createKey, findKey, listKeys, revokeKey, touchKey } from '../../src/db/keys.ts';
import { migrate } from '../../src/db/migrate.ts';
import { ping } from '../../src/db/ping.ts';
import { createProject } from '../../src/db/projects.ts';
import { getResults, storeResults } from '../../src/db/results.ts';
import { deleteRunner, getRunner, listOffers, listRunners } from '../../src/db/runners.ts';
import { getTrial, listTrials, listTrialsPage } from '../../src/db/trials.ts';
import {
  claim,
  claimed,
  id,
  openRunner,
  pass,
  progress,
  put,
  putAll,
  queueExperiment,
  sha256,
  startedJob,
} from './world.ts';

/** What a verb may find: a job that runs with all its trials, one that waits, one that has ended, a runner at rest, a key. */
export async function makeWorld(db: Db) {
  const running = await startedJob(db);
  await putAll(db, running.lease, running.experiment);
  const { project_id } = running;
  const ended = await queueExperiment(db, project_id);
  await requestCancel(db, project_id, ended.id);
  const waiting = await queueExperiment(db, project_id);
  const idle = await openRunner(db, project_id);
  const key = newKey(project_id);
  await createKey(db, key);
  return { ...running, ended, waiting, idle, key };
}
type World = Awaited<ReturnType<typeof makeWorld>>;

function newKey(project_id: string): NewKey {
  const key_id = id('key');
  const shown = { name: 'ci', type: 'user', scopes: ['read'], prefix: 'bw_user_', last_four: 'abcd' } as const;
  return { ...shown, id: key_id, project_id, hash: sha256(key_id), expires_at: null };
}

const NO_RESULTS = {} as Results;
const EVER = new Date(0);
const some = (): unknown => expect.arrayContaining([expect.anything()]);

/** Every verb, called so that it does its work, with what it then answers. A new verb has its line here. */
export const VERB_CALLS: Record<string, (db: Db, world: World) => { call: Promise<unknown>; answers: unknown }> = {
  claimJob: (db, w) => ({ call: claim(db, w.idle), answers: { kind: 'job' } }),
  createExperiment: (db, w) => ({ call: queueExperiment(db, w.project_id), answers: { status: 'queued' } }),
  createFirstOperator: (db) => {
    const project = { id: id('project'), name: id('project') };
    return { call: createFirstOperator(db, { project, key: newKey(project.id) }), answers: true };
  },
  createKey: (db, w) => ({ call: createKey(db, newKey(w.project_id)), answers: { project_id: w.project_id } }),
  createProject: (db) => ({ call: createProject(db, { id: id('project'), name: id('project') }), answers: undefined }),
  deleteExperiment: (db, w) => ({ call: deleteExperiment(db, w.project_id, w.ended.id), answers: 'deleted' }),
  deleteRunner: (db, w) => ({ call: deleteRunner(db, w.project_id, w.idle.runner_id), answers: 'deleted' }),
  expire: (db) => ({ call: pass(db, 91).then(() => expire(db)), answers: some() }),
  findKey: (db, w) => ({ call: findKey(db, w.key.hash), answers: { id: w.key.id } }),
  finishJob: (db, w) => ({ call: finishJob(db, { ...w.lease, outcome: 'succeeded', reason: null }), answers: { kind: 'finished' } }),
  getExperiment: (db, w) => ({ call: getExperiment(db, w.project_id, w.experiment.id), answers: { id: w.experiment.id } }),
  getOriginal: (db, w) => ({ call: getOriginal(db, w.project_id, w.experiment.id), answers: { media_type: 'application/yaml' } }),
  getResults: (db, w) => ({
    call: storeResults(db, w.ended.id, { results: NO_RESULTS, digest: sha256('') }).then(() => getResults(db, w.ended.id)),
    answers: { digest: sha256('') },
  }),
  getRunner: (db, w) => ({ call: getRunner(db, w.project_id, w.idle.runner_id), answers: { id: w.idle.runner_id } }),
  getShared: (db, w) => ({
    call: shareExperiment(db, w.project_id, w.ended.id).then(() => getShared(db, w.ended.id, 1)),
    answers: { id: w.ended.id },
  }),
  getTrial: (db, w) => ({
    call: listTrials(db, w.experiment.id).then(([trial]) => getTrial(db, w.project_id, w.experiment.id, trial!.id)),
    answers: { experiment_id: w.experiment.id },
  }),
  heartbeat: (db, w) => ({ call: heartbeat(db, { ...w.lease, progress: progress() }), answers: 'running' }),
  jobStatus: (db, w) => ({ call: jobStatus(db, w.lease), answers: 'running' }),
  listEvents: (db, w) => ({ call: listEvents(db, w.project_id, w.experiment.id, { after: 0, limit: 10 }), answers: some() }),
  listExperiments: (db, w) => ({ call: listExperiments(db, w.project_id, { limit: 10 }), answers: { experiments: some() } }),
  listKeys: (db, w) => ({ call: listKeys(db, w.project_id), answers: some() }),
  listOffers: (db, w) => ({ call: listOffers(db, w.project_id, EVER), answers: some() }),
  listRunners: (db, w) => ({ call: listRunners(db, w.project_id), answers: some() }),
  listTrialKeys: (db, w) => ({ call: listTrialKeys(db, w.lease), answers: { kind: 'trials' } }),
  listTrials: (db, w) => ({ call: listTrials(db, w.experiment.id), answers: some() }),
  listTrialsPage: (db, w) => ({ call: listTrialsPage(db, w.experiment.id, { after: null, limit: 2 }), answers: some() }),
  migrate: (db) => ({ call: migrate(db), answers: 0 }),
  openSession: (db, w) => ({
    call: openRunner(db, w.project_id, { host_id: w.runner.host_id }),
    answers: { runner_id: w.runner.runner_id },
  }),
  ping: (db) => ({ call: ping(db), answers: undefined }),
  putTrial: (db, w) => ({
    call: put(db, w.lease, w.experiment.schedule[0]!.cells[0]!, 1, { run: 2 }),
    answers: { kind: 'stored' },
  }),
  releaseJob: (db, w) => ({ call: releaseJob(db, w.lease), answers: 'released' }),
  requestCancel: (db, w) => ({ call: requestCancel(db, w.project_id, w.experiment.id), answers: 'canceling' }),
  revokeKey: (db, w) => ({ call: revokeKey(db, w.project_id, w.key.id), answers: true }),
  revokeShare: (db, w) => ({ call: revokeShare(db, w.project_id, w.ended.id), answers: true }),
  shareExperiment: (db, w) => ({ call: shareExperiment(db, w.project_id, w.ended.id), answers: 1 }),
  startJob: (db, w) => ({ call: claimed(db, w.idle).then((job) => startJob(db, job)), answers: 'running' }),
  storeResults: (db, w) => ({
    call: storeResults(db, w.ended.id, { results: NO_RESULTS, digest: sha256('') }),
    answers: true,
  }),
  touchKey: (db, w) => ({ call: touchKey(db, w.key.id), answers: undefined }),
};

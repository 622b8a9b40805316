import { expect } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import { listEvents } from '../../src/db/events.ts';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { listExperiments } from '../../src/db/experiments-list.ts';
import { listVersions } from '../../src/db/experiment-versions.ts';
import { getShared, revokeShare, shareExperiment } from '../../src/db/experiments-share.ts';
import { submitExperiment } from '../../src/db/experiments-submit.ts';
import { type ExperimentRow, deleteExperiment, getExperiment, getOriginal } from '../../src/db/experiments.ts';
import { expire } from '../../src/db/expiry.ts';
import { readGauges } from '../../src/db/gauges.ts';
import { type IdempotentRequest, findAnswer } from '../../src/db/idempotency.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { mayWorkOn } from '../../src/db/job-owner.ts';
import { heartbeat, releaseJob, startJob } from '../../src/db/job-run.ts';
import { jobStatus } from '../../src/db/job-status.ts';
import { listTrialKeys } from '../../src/db/job-trial.ts';
import { type NewKey, createFirstOperator, createKey, findKey, listKeys, revokeKey } from '../../src/db/keys.ts';
import { migrate } from '../../src/db/migrate.ts';
import { installOperator } from '../../src/db/operator-keys.ts';
import { ping } from '../../src/db/ping.ts';
import { createProject, deleteProject, getProject, limitProject, listProjects } from '../../src/db/projects.ts';
import { prune } from '../../src/db/prune.ts';
import { getPage, storePage } from '../../src/db/report-pages.ts';
import { countValidity, getResults, getResultsDigest, storeResults } from '../../src/db/results.ts';
import { deleteRunner, drainRunner, getRunner, listOffers, listRunners } from '../../src/db/runners.ts';
import { createSecret, deleteSecret, getSecret, listSecrets, resealSecret } from '../../src/db/secrets.ts';
import { isSuperseded, reachOf } from '../../src/db/sessions.ts';
import { claimsTogether } from '../../src/db/claims-together.ts';
import { countTrialRows, listSummariesPage } from '../../src/db/trial-summaries.ts';
import { getTrial, listTrials, listTrialsPage } from '../../src/db/trials.ts';
import { HOOK_CALLS, makeHookWorld } from './hook-verb-calls.ts';
import { makeOutboxWorld, OUTBOX_CALLS } from './outbox-verb-calls.ts';
import { SERIES_CALLS } from './series-calls.ts';
import type { Call } from './verb-call.ts';
import {
  claim,
  claimed,
  id,
  newProject,
  openRunner,
  pass,
  progress,
  put,
  putAll,
  queueExperiment,
  sha256,
  startedJob,
} from './world.ts';

/** What a verb may find: a job that runs with all its trials, one that waits, one that has ended with results, a runner at rest, a key. */
export async function makeWorld(db: Db) {
  const running = await startedJob(db);
  await putAll(db, running.lease, running.experiment, { body: '{"load":null}' });
  const { project_id } = running;
  const ended = await queueExperiment(db, project_id);
  await requestCancel(db, project_id, ended.id);
  await storeResults(db, ended.id, RESULTS);
  const waiting = await queueExperiment(db, project_id);
  const idle = await openRunner(db, project_id);
  const key = newKey(project_id);
  await createKey(db, key);
  const around = { ...(await makeOutboxWorld(db, project_id)), ...(await makeHookWorld(db, project_id)) };
  return { ...running, ended, waiting, idle, key, ...around };
}
type World = Awaited<ReturnType<typeof makeWorld>>;

function newKey(project_id: string): NewKey {
  const key_id = id('key');
  const shown = { name: 'ci', type: 'user', scopes: ['read'], prefix: 'bw_user_', last_four: 'abcd' } as const;
  return { ...shown, id: key_id, project_id, hash: sha256(key_id), expires_at: null };
}

const VERSION = 1;
const RESULTS = { text: '{"cells":[{"validity":"valid"}]}', digest: sha256('results'), version: VERSION };
const PAGE = {
  html_gzip: new Uint8Array([1, 2, 3]),
  headers: { 'Content-Type': 'text/html' },
  results_digest: RESULTS.digest,
  renderer: 'r1',
};
const EVER = new Date(0);
const some = (): unknown => expect.arrayContaining([expect.anything()]);
const newOperator = () => {
  const project = { id: id('project'), name: id('project') };
  return { project, key: { ...newKey(project.id), type: 'operator' as const } };
};
const secret = () => ({ id: id('secret'), purpose: id('secret'), key_id: 'k1', sealed: 'sealed' });
const newExperiment = (project_id: string, experiment: ExperimentRow) => {
  const { name, labels, spec, schedule, cells_count, trials_planned } = experiment;
  const original = { text: '{}', media_type: 'application/json' };
  const counts = { cells_count, trials_planned };
  return {
    experiment: { id: id('experiment'), project_id, name, labels, spec, original, schedule, ...counts },
    job: { id: id('job'), needs: ['a/b'], runner_labels: {}, timeout_s: 60, queue_timeout_s: 60 },
    queued: {},
  };
};
const request = (project_id: string): IdempotentRequest => ({
  project_id,
  operation: 'POST /v1/experiments',
  key: id('key'),
  body_digest: sha256('{}'),
});
const ANSWER = { status: 202, headers: {}, body: '{}' };

/** Every verb, called so that it does its work, with what it then answers. A new verb has its line here. */
export const VERB_CALLS: Record<string, (db: Db, world: World) => Call> = {
  ...SERIES_CALLS,
  ...HOOK_CALLS,
  ...OUTBOX_CALLS,
  claimJob: (db, w) => ({ call: claim(db, w.idle), answers: { kind: 'job' } }),
  claimsTogether: (db, w) => ({
    call: claim(db, w.idle, undefined, claimsTogether(db)),
    answers: { kind: 'job' },
  }),
  countTrialRows: (db, w) => ({
    call: countTrialRows(db, w.experiment.id, VERSION),
    answers: { requests: 0, seconds: 0 },
  }),
  countValidity: (db, w) => ({ call: countValidity(db, w.ended.id), answers: [{ validity: 'valid', cells: 1 }] }),
  createExperiment: (db, w) => ({ call: queueExperiment(db, w.project_id), answers: { status: 'queued' } }),
  createFirstOperator: (db) => ({ call: createFirstOperator(db, newOperator()), answers: true }),
  createKey: (db, w) => ({ call: createKey(db, newKey(w.project_id)), answers: { project_id: w.project_id } }),
  createProject: (db) => {
    const project = { id: id('project'), name: id('project') };
    return { call: createProject(db, project), answers: project };
  },
  createSecret: (db) => ({ call: createSecret(db, secret()), answers: { key_id: 'k1' } }),
  deleteExperiment: (db, w) => ({ call: deleteExperiment(db, w.project_id, w.ended.id), answers: 'deleted' }),
  deleteProject: (db) => ({ call: newProject(db).then((project) => deleteProject(db, project)), answers: 'deleted' }),
  deleteSecret: (db) => {
    const kept = secret();
    return { call: createSecret(db, kept).then(() => deleteSecret(db, kept.purpose)), answers: true };
  },
  deleteRunner: (db, w) => ({ call: deleteRunner(db, w.project_id, w.idle.runner_id), answers: 'deleted' }),
  drainRunner: (db, w) => ({ call: drainRunner(db, w.project_id, w.idle.runner_id), answers: true }),
  expire: (db) => ({ call: pass(db, 91).then(() => expire(db)), answers: some() }),
  findAnswer: (db, w) => {
    const asked = request(w.project_id);
    const submitted = submitExperiment(db, newExperiment(w.project_id, w.experiment), {
      request: asked,
      answer: ANSWER,
    });
    return { call: submitted.then(() => findAnswer(db, asked)), answers: { kind: 'replayed' } };
  },
  findKey: (db, w) => ({ call: findKey(db, w.key.hash), answers: { id: w.key.id } }),
  finishJob: (db, w) => ({
    call: finishJob(db, { ...w.lease, outcome: 'succeeded', reason: null }),
    answers: { kind: 'finished' },
  }),
  getExperiment: (db, w) => ({
    call: getExperiment(db, w.project_id, w.experiment.id),
    answers: { id: w.experiment.id },
  }),
  getOriginal: (db, w) => ({
    call: getOriginal(db, w.project_id, w.experiment.id),
    answers: { media_type: 'application/yaml' },
  }),
  getPage: (db, w) => ({
    call: storePage(db, w.ended.id, PAGE).then(() =>
      getPage(db, w.ended.id, { renderer: PAGE.renderer, results_version: VERSION }),
    ),
    answers: { headers: PAGE.headers },
  }),
  getProject: (db, w) => ({ call: getProject(db, w.project_id), answers: { id: w.project_id } }),
  getResults: (db, w) => ({ call: getResults(db, w.ended.id, VERSION), answers: { digest: RESULTS.digest } }),
  getResultsDigest: (db, w) => ({ call: getResultsDigest(db, w.ended.id, VERSION), answers: RESULTS.digest }),
  getRunner: (db, w) => ({ call: getRunner(db, w.project_id, w.idle.runner_id), answers: { id: w.idle.runner_id } }),
  getSecret: (db) => {
    const kept = secret();
    return { call: createSecret(db, kept).then(() => getSecret(db, kept.purpose)), answers: kept };
  },
  getShared: (db, w) => ({
    call: shareExperiment(db, w.project_id, w.ended.id).then(() => getShared(db, w.ended.id, 1)),
    answers: { id: w.ended.id },
  }),
  getTrial: (db, w) => ({
    call: listTrials(db, w.experiment.id).then(([trial]) => getTrial(db, w.project_id, w.experiment.id, trial!.id)),
    answers: { experiment_id: w.experiment.id },
  }),
  heartbeat: (db, w) => ({ call: heartbeat(db, { ...w.lease, progress: progress() }), answers: 'running' }),
  installOperator: (db) => ({ call: installOperator(db, newOperator()), answers: true }),
  jobStatus: (db, w) => ({ call: jobStatus(db, w.lease), answers: 'running' }),
  limitProject: (db, w) => ({ call: limitProject(db, w.project_id, { max_queued: 7 }), answers: { max_queued: 7 } }),
  listEvents: (db, w) => ({
    call: listEvents(db, w.project_id, w.experiment.id, { after: 0, limit: 10 }),
    answers: some(),
  }),
  listExperiments: (db, w) => ({
    call: listExperiments(db, w.project_id, { limit: 10 }),
    answers: { experiments: some() },
  }),
  listKeys: (db, w) => ({ call: listKeys(db, w.project_id), answers: some() }),
  listOffers: (db, w) => ({ call: listOffers(db, w.project_id, EVER), answers: some() }),
  listProjects: (db) => ({ call: listProjects(db), answers: some() }),
  listRunners: (db, w) => ({ call: listRunners(db, w.project_id), answers: some() }),
  listSecrets: (db) => ({ call: createSecret(db, secret()).then(() => listSecrets(db)), answers: some() }),
  listSummariesPage: (db, w) => ({
    call: listSummariesPage(db, w.experiment.id, { version: VERSION, after: null, limit: 2 }),
    answers: some(),
  }),
  listTrialKeys: (db, w) => ({ call: listTrialKeys(db, w.lease), answers: { kind: 'trials' } }),
  listTrials: (db, w) => ({ call: listTrials(db, w.experiment.id), answers: some() }),
  listTrialsPage: (db, w) => ({
    call: listTrialsPage(db, w.experiment.id, { after: null, limit: 2 }),
    answers: some(),
  }),
  listVersions: (db, w) => ({
    call: listVersions(db, [w.waiting.id, 'exp_gone']),
    answers: new Map([[w.waiting.id, 1]]),
  }),
  mayWorkOn: (db, w) => ({
    call: mayWorkOn(db, { job_id: w.lease.job_id, project_id: w.project_id, shared: true }),
    answers: true,
  }),
  migrate: (db) => ({ call: migrate(db), answers: 0 }),
  isSuperseded: (db, w) => ({
    call: isSuperseded(db, { ...w.runner, project_id: w.project_id, shared: false, session_id: 'ses_0' }),
    answers: true,
  }),
  openSession: (db, w) => ({
    call: openRunner(db, w.project_id, { host_id: w.runner.host_id }),
    answers: { runner_id: w.runner.runner_id },
  }),
  ping: (db) => ({ call: ping(db), answers: undefined }),
  prune: (db, w) => ({
    call: limitProject(db, w.project_id, { retention_days: 1 }).then(() => prune(db)),
    answers: { more: false },
  }),
  putTrial: (db, w) => ({
    call: put(db, w.lease, w.experiment.schedule[0]!.cells[0]!, 1, { run: 2 }),
    answers: { kind: 'stored' },
  }),
  reachOf: (db, w) => ({ call: reachOf(db, w.project_id, w.idle.session_id), answers: expect.anything() }),
  readGauges: (db) => ({ call: readGauges(db, { online_s: 60 }), answers: { experiments: expect.any(Map) } }),
  releaseJob: (db, w) => ({ call: releaseJob(db, w.lease), answers: 'released' }),
  requestCancel: (db, w) => ({ call: requestCancel(db, w.project_id, w.experiment.id), answers: 'canceling' }),
  resealSecret: (db) => ({
    call: createSecret(db, secret()).then((kept) => resealSecret(db, kept, { key_id: 'k2', sealed: 'anew' })),
    answers: true,
  }),
  revokeKey: (db, w) => ({ call: revokeKey(db, w.project_id, w.key.id), answers: true }),
  revokeShare: (db, w) => ({ call: revokeShare(db, w.project_id, w.ended.id), answers: true }),
  shareExperiment: (db, w) => ({ call: shareExperiment(db, w.project_id, w.ended.id), answers: 1 }),
  startJob: (db, w) => ({ call: claimed(db, w.idle).then((job) => startJob(db, job)), answers: 'running' }),
  storePage: (db, w) => ({ call: storePage(db, w.ended.id, PAGE), answers: undefined }),
  storeResults: (db, w) => ({
    call: storeResults(db, w.ended.id, { ...RESULTS, version: VERSION + 1 }),
    answers: true,
  }),
  submitExperiment: (db, w) => ({
    call: submitExperiment(db, newExperiment(w.project_id, w.experiment), {
      request: request(w.project_id),
      answer: ANSWER,
    }),
    answers: { kind: 'created' },
  }),
};

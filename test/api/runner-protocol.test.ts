import { beforeAll, describe, expect, it } from 'vitest';
import { expandMatrix } from '../../src/core/matrix.ts';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import type { Spec } from '../../src/core/spec.ts';
import { makeFailedTrial } from '../fixtures/trial-result.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { runnerOf, runToEnd, startedJob, trialsOf } from './runner-client.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

async function queued(changes: Record<string, unknown> = {}): Promise<{ project: Project; path: string }> {
  const project = await api.project();
  const sent = await project.send('POST', '/v1/experiments', { json: smallSpec(changes) });
  return { project, path: `/v1/experiments/${(await jsonOf<{ id: string }>(sent, 202)).id}` };
}

const firstTrial = (job: ClaimedJob) => {
  const trial = trialsOf(job)[0];
  if (!trial) throw new Error('no trial');
  return trial;
};

describe('a runner that does its work', () => {
  it('registers, claims, starts, uploads every trial and finishes: the experiment has succeeded', async () => {
    const { project, path } = await queued();
    const runner = runnerOf(project);
    const session = await jsonOf<{ session_id: string }>(
      await project.send('POST', '/runner/v1/sessions', { json: runner.session }),
    );
    expect(session).toMatchObject({ poll_s: 1, heartbeat_s: 15, lease_s: 90, wait_max_s: 25 });
    const claimed = await runner.claim(session.session_id);
    expect(claimed.headers.get('Job-Status')).toBe('running');
    const job = await jsonOf<ClaimedJob>(claimed);
    expect(job).toMatchObject({ attempt: 1, generation: 1, done_trials: [], spec: { name: 'Small', seed: 7 } });
    expect(job.schedule.map((b) => b.block)).toEqual([1, 2]);
    const started = await runner.start(job);
    expect(started.headers.get('Job-Status')).toBe('running');
    const trials = trialsOf(job);
    expect(trials).toHaveLength(4);
    for (const trial of trials) {
      const stored = await runner.put(job, trial);
      expect(stored.headers.get('Job-Status')).toBe('running');
      expect((await jsonOf<{ trial_id: string }>(stored, 201)).trial_id).toMatch(/^trl_/);
    }
    expect(await jsonOf(await project.send('GET', path))).toMatchObject({ status: 'running', trials_done: 4 });
    expect(await jsonOf(await runner.finish(job))).toEqual({ status: 'succeeded', reason: null });
    expect(await jsonOf(await runner.finish(job))).toEqual({ status: 'succeeded', reason: null });
    expect(await jsonOf(await project.send('GET', path))).toMatchObject({ status: 'succeeded', trials_done: 4 });
  });

  it('gets the same job again for the same claim_key', async () => {
    const { project } = await queued();
    const runner = runnerOf(project);
    const { session_id } = await runner.register();
    const [once, again] = [
      await jsonOf<ClaimedJob>(await runner.claim(session_id, 'claim-same')),
      await jsonOf<ClaimedJob>(await runner.claim(session_id, 'claim-same')),
    ];
    expect(again.job_id).toBe(once.job_id);
    expect(again.lease_id).toBe(once.lease_id);
  });

  it('is told what is stored already when it uploads the same bytes again', async () => {
    const { project } = await queued();
    const { runner, job } = await startedJob(project);
    const trial = firstTrial(job);
    const first = await jsonOf<{ trial_id: string }>(await runner.put(job, trial), 201);
    expect(await jsonOf(await runner.put(job, trial), 200)).toEqual(first);
  });

  it('keeps a trial whose server did not start as a result like any other', async () => {
    const { project, path } = await queued();
    const { runner, job } = await startedJob(project);
    const { cell: slug, block } = firstTrial(job);
    const cell = expandMatrix(job.spec as unknown as Spec).find((c) => c.cell === slug);
    if (!cell) throw new Error('no cell');
    const { trial_id } = await jsonOf<{ trial_id: string }>(
      await runner.put(job, makeFailedTrial({ cell, block })),
      201,
    );
    const shown = await jsonOf<{ result: { state: string; failure: { step: string; output: string } } }>(
      await project.send('GET', `${path}/trials/${trial_id}`),
    );
    expect(shown.result.state).toBe('error');
    expect(shown.result.failure.step).toBe('ready');
    expect(shown.result.failure.output).toContain('ModuleNotFoundError');
  });

  it('gives a job back, and gets it again', async () => {
    const { project, path } = await queued();
    const { runner, session_id, job } = await startedJob(project);
    expect(await jsonOf(await runner.release(job))).toEqual({ status: 'released' });
    expect(await jsonOf(await project.send('GET', path))).toMatchObject({
      status: 'running',
      progress: { cell: null },
    });
    const next = await jsonOf<ClaimedJob>(await runner.claim(session_id, 'claim-0002'));
    expect(next.job_id).toBe(job.job_id);
    expect(next.lease_id).not.toBe(job.lease_id);
  });
});

describe('a long poll', () => {
  it('answers 204 and when to ask again when there is nothing to do', async () => {
    const project = await api.project();
    const runner = runnerOf(project);
    const { session_id } = await runner.register();
    const response = await runner.claim(session_id);
    expect(response.status).toBe(204);
    expect(response.headers.get('Retry-After')).toBe('1');
  });

  it('is woken by an experiment that is queued while it waits', async () => {
    const project = await api.project();
    const runner = runnerOf(project);
    const { session_id } = await runner.register();
    const waiting = runner.claim(session_id, 'claim-0001', 20);
    const sent = await project.send('POST', '/v1/experiments', { json: smallSpec() });
    const { id } = await jsonOf<{ id: string }>(sent, 202);
    const job = await jsonOf<ClaimedJob>(await waiting);
    expect(job.experiment_id).toBe(id);
  });
});

describe('a long poll whose runner has hung up', () => {
  it('ends and takes no job from the queue', async () => {
    const project = await api.project();
    const { session_id } = await runnerOf(project).register();
    const hangUp = new AbortController();
    const json = { session_id, claim_key: 'claim-gone', wait_s: 20 };
    const waiting = project.send('POST', '/runner/v1/claims', { json, signal: hangUp.signal });
    hangUp.abort();
    expect((await waiting).status).toBe(204);
    await project.send('POST', '/v1/experiments', { json: smallSpec() });
    expect((await runnerOf(project).claim(session_id, 'claim-next')).status).toBe(200);
  });
});

describe('what a runner is refused', () => {
  it('a session when it is too old', async () => {
    const project = await api.project();
    const json = { ...runnerOf(project).session, version: '0.0.9' };
    const response = await project.send('POST', '/runner/v1/sessions', { json });
    expect(response.status).toBe(426);
    expect((await problemOf(response)).code).toBe('runner-outdated');
  });

  it('a claim by a session that a newer one has superseded', async () => {
    const { project } = await queued();
    const runner = runnerOf(project);
    const old = await runner.register();
    await runner.register();
    const response = await runner.claim(old.session_id);
    expect(response.status).toBe(409);
    expect((await problemOf(response)).code).toBe('session-superseded');
  });

  it('a second job while it holds one, which is named', async () => {
    const { project } = await queued();
    const { runner, session_id, job } = await startedJob(project);
    const response = await runner.claim(session_id, 'claim-other');
    expect(response.status).toBe(409);
    expect(await problemOf(response)).toMatchObject({ code: 'runner-busy', job_id: job.job_id });
  });

  it('every call under a lease that is not the job’s', async () => {
    const { project } = await queued();
    const { runner, job } = await startedJob(project);
    const stale = { ...job, lease_id: 'lea_00000000000000000000000000000000' };
    const progress = { trials_done: 0, cell: null, block: null, phase: null, rps: null, errors: null };
    const calls = {
      start: await runner.start(stale),
      heartbeat: await runner.heartbeat(stale, progress),
      put: await runner.put(stale, firstTrial(job)),
      finish: await runner.finish(stale),
      release: await runner.release(stale),
    };
    for (const [call, response] of Object.entries(calls)) {
      expect(response.status, call).toBe(409);
      expect(response.headers.get('Job-Status'), call).toBe('lost');
      expect((await problemOf(response)).code, call).toBe('lease-lost');
    }
  });

  it('a call without a lease', async () => {
    const { project } = await queued();
    const { job } = await startedJob(project);
    const response = await project.send('POST', `/runner/v1/jobs/${job.job_id}/start`);
    expect((await problemOf(response)).code).toBe('lease-lost');
  });

  it('calls about a job that has ended', async () => {
    const { project } = await queued();
    const job = await runToEnd(project);
    const runner = runnerOf(project);
    const response = await runner.put(job, { ...firstTrial(job), run: 2 });
    expect(response.status).toBe(410);
    expect(response.headers.get('Job-Status')).toBe('lost');
    expect((await problemOf(response)).code).toBe('job-gone');
  });

  it('another result for a trial that is stored; the first stays', async () => {
    const { project, path } = await queued();
    const { runner, job } = await startedJob(project);
    const trial = firstTrial(job);
    const { trial_id } = await jsonOf<{ trial_id: string }>(await runner.put(job, trial), 201);
    const response = await runner.put(job, { ...trial, contract_checks: 99 });
    expect(response.status).toBe(409);
    expect(response.headers.get('Job-Status')).toBe('running');
    expect((await problemOf(response)).code).toBe('result-conflict');
    expect(await jsonOf(await project.send('GET', `${path}/trials/${trial_id}`))).toMatchObject({
      result: { contract_checks: trial.contract_checks },
    });
  });

  it.each([
    ['of other bytes', 'sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:'],
    ['that cannot be read', 'sha-256=nonsense'],
    ['of another algorithm alone', 'md5=:AAAAAAAAAAAAAAAAAAAAAA==:'],
  ])('a trial with a digest %s, before it is looked at', async (_, digest) => {
    const { project, path } = await queued();
    const { runner, job } = await startedJob(project);
    const changes = { body: '{damaged', headers: { 'Repr-Digest': digest } };
    const response = await runner.put(job, firstTrial(job), changes);
    expect(response.status).toBe(400);
    expect(response.headers.get('Job-Status')).toBe('running');
    expect((await problemOf(response)).code).toBe('digest-mismatch');
    expect(await jsonOf(await project.send('GET', path))).toMatchObject({ trials_done: 0 });
  });

  it('a trial that is not one, every field named', async () => {
    const { project } = await queued();
    const { runner, job } = await startedJob(project);
    const trial = firstTrial(job);
    const body = JSON.stringify({ ...trial, state: 'fine', argv: 'x', colour: 'red' });
    const response = await runner.put(job, trial, { body });
    expect(response.status).toBe(422);
    expect(response.headers.get('Job-Status')).toBe('running');
    const problem = await problemOf(response);
    expect(problem.code).toBe('invalid-request');
    expect(problem.errors?.map((e) => e.pointer).sort()).toEqual(['/argv', '/colour', '/state']);
  });

  it('a trial of another cell than its path says', async () => {
    const { project } = await queued();
    const { runner, job } = await startedJob(project);
    const trial = firstTrial(job);
    const body = JSON.stringify({ ...trial, block: 2 });
    const response = await runner.put(job, { ...trial, block: 1 }, { body });
    expect(await problemOf(response)).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/block' }] });
  });

  it('a trial of a cell that the schedule does not have', async () => {
    const { project } = await queued();
    const { runner, job } = await startedJob(project);
    const response = await runner.put(job, { ...firstTrial(job), cell: 'flask.w1.c16' });
    expect(response.status).toBe(422);
    expect((await problemOf(response)).detail).toContain('the schedule has no cell flask.w1.c16');
  });

  it('to have succeeded while trials are missing, which are listed', async () => {
    const { project, path } = await queued();
    const { runner, job } = await startedJob(project);
    const [first, ...rest] = trialsOf(job);
    if (!first) throw new Error('no trial');
    await jsonOf(await runner.put(job, first), 201);
    const response = await runner.finish(job);
    expect(response.status).toBe(409);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: 'trials-missing' });
    const { missing } = problem as unknown as { missing: { cell: string; block: number }[] };
    expect(missing.map((m) => `${m.cell}/${m.block}`).sort()).toEqual(rest.map((t) => `${t.cell}/${t.block}`).sort());
    expect(await jsonOf(await project.send('GET', path))).toMatchObject({ status: 'running' });
    expect(response.headers.get('Job-Status')).toBe('running');
    await project.send('POST', `${path}/cancel`);
    expect((await runner.finish(job)).headers.get('Job-Status')).toBe('canceling');
  });

  it('nothing of another project: its job is not there', async () => {
    const { project } = await queued();
    const other = await api.project();
    const { session_id } = await runnerOf(other).register();
    expect((await runnerOf(other).claim(session_id)).status).toBe(204);
    expect((await runnerOf(project).claim(session_id)).status).toBe(409);
  });
});

describe('an experiment that its runner ends early', () => {
  it('has failed with the runner’s reason and keeps what was measured', async () => {
    const { project, path } = await queued({ fail_fast: true });
    const { runner, job } = await startedJob(project);
    await jsonOf(await runner.put(job, firstTrial(job)), 201);
    expect(await jsonOf(await runner.finish(job, 'failed', 'fail-fast'))).toEqual({
      status: 'failed',
      reason: 'fail-fast',
    });
    const results = await jsonOf<{ partial: boolean; rows: { state: string }[] }>(
      await project.send('GET', `${path}/results?view=trials`),
    );
    expect(results.partial).toBe(false);
    expect(results.rows.filter((row) => row.state === 'ok')).toHaveLength(1);
  });
});

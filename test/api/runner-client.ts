import { createHash } from 'node:crypto';
import { expandMatrix } from '../../src/core/matrix.ts';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import type { Spec } from '../../src/core/spec.ts';
import type { TrialResult } from '../../src/core/trial-result.ts';
import { OFFERS } from '../fixtures/offers.ts';
import { HOST_FINGERPRINT, makeTrialResult } from '../fixtures/trial-result.ts';
import { jsonOf, type Project } from './service.ts';

export function reprDigest(body: string): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** The calls of a runner, as a runner would make them: nothing measured, every answer returned. */
export function runnerOf(project: Pick<Project, 'send'>, host_id = 'host-0001') {
  const session = {
    host_id,
    fingerprint: HOST_FINGERPRINT,
    version: '0.1.0',
    labels: { arch: 'x86_64' },
    targets: OFFERS,
  };
  const post = (path: string, json: unknown, lease?: string) =>
    project.send('POST', `/runner/v1/${path}`, {
      json,
      headers: lease === undefined ? {} : { 'Benchwright-Lease': lease },
    });
  return {
    session,
    register: async () => jsonOf<{ session_id: string; runner_id: string }>(await post('sessions', session)),
    claim: (session_id: string, claim_key = 'claim-0001', wait_s = 0, runner_id?: string) =>
      post('claims', { session_id, claim_key, wait_s, runner_id }),
    start: (job: ClaimedJob) => post(`jobs/${job.job_id}/start`, {}, job.lease_id),
    heartbeat: (job: ClaimedJob, progress: unknown) => post(`jobs/${job.job_id}/heartbeat`, { progress }, job.lease_id),
    finish: (job: ClaimedJob, outcome = 'succeeded', reason: string | null = null) =>
      post(`jobs/${job.job_id}/finish`, { outcome, reason, blocks: job.schedule.length }, job.lease_id),
    release: (job: ClaimedJob) => post(`jobs/${job.job_id}/release`, {}, job.lease_id),
    put: (job: ClaimedJob, trial: TrialResult, changes: { body?: string; headers?: Record<string, string> } = {}) => {
      const body = changes.body ?? JSON.stringify(trial);
      const path = `/runner/v1/jobs/${job.job_id}/trials/${trial.cell}/${trial.block}/${trial.run}`;
      return project.send('PUT', path, {
        text: body,
        headers: { 'Benchwright-Lease': job.lease_id, 'Repr-Digest': reprDigest(body), ...changes.headers },
      });
    },
  };
}

/** The trials of a job in the order of its schedule; `fastapi` is twice as fast as the others. */
export function trialsOf(job: ClaimedJob): TrialResult[] {
  return [...eachTrialOf(job)];
}

/** One after the other, each made when it is asked for: thousands take longer to make than a server keeps an idle connection. */
export function* eachTrialOf(job: ClaimedJob): Generator<TrialResult, void> {
  const spec = job.spec as unknown as Spec;
  const cells = new Map(expandMatrix(spec).map((cell) => [cell.cell, cell]));
  for (const { block, cells: order } of job.schedule) {
    for (const slug of order) {
      const cell = cells.get(slug);
      if (!cell) throw new Error(`no cell ${slug}`);
      yield makeTrialResult({
        cell,
        block,
        seed: 3,
        median_ms: cell.deployment === 'fastapi' ? 4 : 8,
        window_s: spec.window_s,
        warmup_s: spec.warmup_s,
      });
    }
  }
}

/** A job that is claimed and started. */
export async function startedJob(project: Pick<Project, 'send'>) {
  const runner = runnerOf(project);
  const { session_id } = await runner.register();
  const job = await jsonOf<ClaimedJob>(await runner.claim(session_id));
  await jsonOf(await runner.start(job));
  return { runner, session_id, job };
}

/** Runs the queued experiment of the project to its end. */
export async function runToEnd(project: Pick<Project, 'send'>) {
  const { runner, job } = await startedJob(project);
  for (const trial of trialsOf(job)) await jsonOf(await runner.put(job, trial), 201);
  await jsonOf(await runner.finish(job));
  return job;
}

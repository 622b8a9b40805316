import { expandMatrix } from '../../src/core/matrix.ts';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import type { Spec } from '../../src/core/spec.ts';
import type { TrialResult } from '../../src/core/trial-result.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { makeTrialResult } from '../fixtures/trial-result.ts';
import { runnerOf } from './runner-client.ts';
import { jsonOf, type Project } from './service.ts';

/** Experiments of one deployment in one cell, as a series has them. */
export const CELL = 'fastapi.w1.c16';

export async function submitOne(project: Project, changes: Record<string, unknown> = {}): Promise<string> {
  const deployments = [{ id: 'fastapi', target: 'fastapi', server: 'uvicorn' }];
  const json = smallSpec({ deployments, repetitions: 3, ...changes });
  return (await jsonOf<{ id: string }>(await project.send('POST', '/v1/experiments', { json }), 202)).id;
}

interface Speed {
  /** Median latency. */
  readonly median_ms?: number;
  readonly host?: string;
}

function trialsAt(job: ClaimedJob, median_ms: number): TrialResult[] {
  const spec = job.spec as unknown as Spec;
  const cells = new Map(expandMatrix(spec).map((cell) => [cell.cell, cell]));
  const { warmup_s, window_s } = spec;
  return job.schedule.flatMap(({ block, cells: order }) =>
    order.map((slug) => makeTrialResult({ cell: cells.get(slug)!, block, median_ms, warmup_s, window_s })),
  );
}

/** Runs the queued experiment of the project to its end. */
export async function runOne(project: Project, { median_ms = 4, host = 'host-0001' }: Speed = {}): Promise<void> {
  const runner = runnerOf(project, host);
  const fingerprint = { ...runner.session.fingerprint, cpu_model: host };
  const session = await project.send('POST', '/runner/v1/sessions', { json: { ...runner.session, fingerprint } });
  const { session_id } = await jsonOf<{ session_id: string }>(session);
  const job = await jsonOf<ClaimedJob>(await runner.claim(session_id, `claim-${host}`));
  await jsonOf(await runner.start(job));
  for (const trial of trialsAt(job, median_ms)) await jsonOf(await runner.put(job, trial), 201);
  await jsonOf(await runner.finish(job));
}

/** An experiment of the series that has ended; its id. */
export async function ranOne(
  project: Project,
  changes: Record<string, unknown> = {},
  speed: Speed = {},
): Promise<string> {
  const id = await submitOne(project, changes);
  await runOne(project, speed);
  return id;
}

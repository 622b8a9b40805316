import { afterAll, beforeAll, inject, it } from 'vitest';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import { readProcesses } from '../../src/runner/process-table.ts';
import { readText } from '../../src/runner/read-text.ts';
import { eachTrialOf, runnerOf, startedJob } from '../api/runner-client.ts';
import { type Api, jsonOf, type Project, startApi } from '../api/service.ts';
import { smallSpec } from '../fixtures/spec.ts';

/**
 * `vitest run --project worker-cpu`: the CPU time that workerd takes per request of each route, printed for docs/deploy.md; nothing
 * is asserted. It is that of the process over many requests, the dev server's own part included: an upper bound of what the platform
 * would bill.
 */
const TICK_MS = 10;
/** As many levels as one load family may have. */
const MAX_LEVELS = 32;
const LARGE_TRIALS = 5_000;

let api: Api;
let project: Project;
const rows: string[] = [];

/** User and system time of the Worker's processes so far. */
function cpuMs(): number {
  const group = inject('worker')?.group;
  return readProcesses()
    .filter(({ pid, pgrp }) => pgrp === group && (readText(`/proc/${pid}/cmdline`) ?? '').includes('workerd'))
    .reduce((sum, row) => sum + row.cpu_ticks * TICK_MS, 0);
}

/** Calls once beforehand, unless it is the first time that costs. */
async function measure(
  route: string,
  times: number,
  call: (i: number) => Promise<Response>,
  { isFirst = false } = {},
): Promise<void> {
  if (!isFirst) await (await call(0)).arrayBuffer();
  const began = performance.now();
  const before = cpuMs();
  for (let i = 1; i <= times; i += 1) {
    const answer = await call(i);
    if (answer.status >= 400 && answer.status !== 404) throw new Error(`${route}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
  const cpu = (cpuMs() - before) / times;
  const wall = (performance.now() - began) / times;
  rows.push(`| ${route} | ${times} | ${cpu.toFixed(1)} | ${wall.toFixed(1)} |`);
}

/** An experiment of so many trials, each stored by a request; returns what is needed to read it. */
async function ended(cells: number, repetitions: number): Promise<{ readonly id: string; readonly job: ClaimedJob }> {
  const levels = Array.from({ length: cells / 2 }, (_, i) => i + 1);
  const spec = smallSpec({
    load: Array.from({ length: Math.ceil(levels.length / MAX_LEVELS) }, (_, i) => ({
      model: 'closed',
      connections: levels.slice(i * MAX_LEVELS, (i + 1) * MAX_LEVELS),
    })),
    repetitions,
    window_s: 5,
    warmup_s: 1,
    timeout_minutes: 1440,
  });
  const { id } = await jsonOf<{ id: string }>(await project.send('POST', '/v1/experiments', { json: spec }), 202);
  const { runner, job } = await startedJob(project);
  const planned = cells * repetitions;
  const of = `(experiment of ${planned})`;
  const trials = eachTrialOf(job);
  await measure(`PUT …/trials ${of}`, planned - 1, () => {
    const trial = trials.next();
    if (trial.done) throw new Error(`the job has fewer trials than ${planned}`);
    return runner.put(job, trial.value);
  });
  await measure(`POST …/heartbeat ${of}`, 50, () =>
    runner.heartbeat(job, { trials_done: 1, cell: null, block: null, phase: 'window', rps: 1, errors: 0 }),
  );
  await measure(`POST …/finish ${of}`, 1, () => runner.finish(job), { isFirst: true });
  return { id, job };
}

/** Also of a run that ends early: what it has measured stands. */
afterAll(() => {
  const table = ['| route | requests | CPU, ms | wall, ms |', '|---|---:|---:|---:|', ...rows];
  process.stdout.write(`${table.join('\n')}\n`);
});

beforeAll(async () => {
  api = await startApi();
  project = await api.project();
});

async function reads(id: string, trials: number, times: number): Promise<void> {
  const of = `(experiment of ${trials})`;
  await measure(`GET /v1/experiments/{id} ${of}`, times, () => project.send('GET', `/v1/experiments/${id}`));
  await measure(`GET …/results, JSON ${of}`, times, () => project.send('GET', `/v1/experiments/${id}/results`));
  for (const view of ['cells', 'trials', 'seconds']) {
    const path = `/v1/experiments/${id}/results.csv?view=${view}`;
    await measure(`GET …/results.csv, ${view} ${of}`, Math.ceil(times / 5), () => project.send('GET', path));
  }
  const draw = () => project.send('GET', `/v1/experiments/${id}/report`);
  await measure(`GET …/report, drawn ${of}`, 1, draw, { isFirst: true });
  await measure(`GET …/report, stored ${of}`, Math.ceil(times / 5), draw);
}

it('CPU time per route', { timeout: 900_000 }, async () => {
  const json = smallSpec();
  await measure('GET /healthz', 500, () => api.send('GET', '/healthz'));
  await measure('GET /v1/me', 500, () => project.send('GET', '/v1/me'));
  await measure('GET /openapi.json', 100, () => api.send('GET', '/openapi.json'));
  await measure('POST /v1/experiments/validate', 200, () => project.send('POST', '/v1/experiments/validate', { json }));
  const { session_id } = await runnerOf(project, 'host-idle').register();
  await measure('POST /runner/v1/sessions', 100, () =>
    runnerOf(project, 'host-other')
      .register()
      .then(() => new Response()),
  );
  await measure('POST /runner/v1/claims, none', 200, (i) => runnerOf(project).claim(session_id, `claim-${i}-none`));
  const small = await ended(4, 5);
  await reads(small.id, 20, 100);
  const large = await ended(100, LARGE_TRIALS / 100);
  await reads(large.id, LARGE_TRIALS, 10);
});

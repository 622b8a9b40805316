import { createHash } from 'node:crypto';
import { expandMatrix } from '../../src/core/matrix.ts';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import type { Spec } from '../../src/core/spec.ts';
import type { TrialResult } from '../../src/core/trial-result.ts';
import { makeTrialResult } from '../../test/fixtures/trial-result.ts';
import { type Goal, latencies, median, rates } from './goals.ts';
import { connectTo, expected, type Http } from './http.ts';
import { type BenchRunner, FITTING, openRunner, startedJob } from './runners.ts';
import type { Situation } from './situation.ts';

const CLIENTS = 16;
const ROUNDS = 5;
const PER_CLIENT_AND_ROUND = 60;
const UPLOADS_PER_S = 300;
/** A minute's window and ten seconds before it: as in experiments/paper.yaml. */
const WINDOW_S = 60;
const WARMUP_S = 10;
/** Bodies that differ in all their figures; each then gets the place that it is sent to. */
const VARIANTS = 16;

/** 3 deployments × 4 workers × 5 loads × 6 blocks: 360 trials, what one client sends in all rounds and the one before. */
const SPEC = {
  name: 'Uploads',
  deployments: [
    { id: 'fastapi', target: 'fastapi', server: 'uvicorn' },
    { id: 'django-asgi', target: 'django', server: 'uvicorn', interface: 'asgi' },
    { id: 'django-wsgi', target: 'django', server: 'uvicorn', interface: 'wsgi' },
  ],
  workers: [1, 2, 3, 4],
  load: [{ model: 'closed', connections: [1, 4, 16, 64, 256] }],
  repetitions: 6,
  warmup_s: WARMUP_S,
  window_s: WINDOW_S,
  timeout_minutes: 1440,
  seed: 7,
};

interface Upload {
  readonly path: string;
  readonly body: string;
  readonly digest: string;
}

/** Results with real histograms, of as many cells of the matrix. */
function makeVariants({ spec }: ClaimedJob): TrialResult[] {
  const cells = expandMatrix(spec as unknown as Spec);
  return cells
    .filter((_, i) => i % Math.ceil(cells.length / VARIANTS) === 0)
    .map((cell, seed) =>
      makeTrialResult({ cell, block: 1, seed, median_ms: 5, window_s: WINDOW_S, warmup_s: WARMUP_S }),
    );
}

/** Every trial of a job, ready to be sent: making them costs more than taking them in. */
function uploadsOf(job: ClaimedJob, variants: readonly TrialResult[]): Upload[] {
  return job.schedule.flatMap(({ block, cells }) =>
    cells.map((cell, i) => {
      const body = JSON.stringify({ ...variants[i % variants.length], cell, block, run: 1 });
      return {
        path: `/runner/v1/jobs/${job.job_id}/trials/${cell}/${block}/1`,
        body,
        digest: `sha-256=:${createHash('sha256').update(body).digest('base64')}:`,
      };
    }),
  );
}

async function upload(http: Http, key: string, lease: string, uploads: readonly Upload[]): Promise<number[]> {
  const ms: number[] = [];
  for (const { path, body, digest } of uploads) {
    const headers = { 'benchwright-lease': lease, 'repr-digest': digest };
    const answer = await http.send('PUT', path, { key, body, headers });
    expected(answer, 201);
    ms.push(answer.ms);
  }
  return ms;
}

/** 16 runners, each with a job of its own; a lease outlives its part of the bench, as uploads renew it. */
async function startJobs(http: Http, { key }: Situation): Promise<ClaimedJob[]> {
  const jobs: ClaimedJob[] = [];
  for (let client = 0; client < CLIENTS; client += 1) {
    const runner: BenchRunner = await openRunner(http, key, FITTING);
    expected(await http.send('POST', '/v1/experiments', { key, json: SPEC }), 202);
    jobs.push(await startedJob(http, key, runner));
  }
  return jobs;
}

/** Trials per second that 16 clients store, each as fast as its answers come. Nothing else may wait in the queue. */
export async function uploadRate(situation: Situation): Promise<Goal[]> {
  await using http = connectTo(situation.url, CLIENTS);
  const jobs = await startJobs(http, situation);
  const variants = makeVariants(jobs[0] as ClaimedJob);
  const uploads = jobs.map((job) => uploadsOf(job, variants));
  const kb = median(uploads.flat().map(({ body }) => body.length)) / 1000;
  const per_s: number[] = [];
  const ms: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const part = (all: readonly Upload[]) =>
      all.slice(round * PER_CLIENT_AND_ROUND, (round + 1) * PER_CLIENT_AND_ROUND);
    const start = performance.now();
    const sent = await Promise.all(
      jobs.map((job, i) => upload(http, situation.key, job.lease_id, part(uploads[i] as Upload[]))),
    );
    const rate = (sent.flat().length * 1000) / (performance.now() - start);
    process.stderr.write(`uploads: ${Math.round(rate)}/s\n`);
    if (round === 0) continue;
    per_s.push(rate);
    ms.push(...sent.flat());
  }
  const what = `trials of ${CLIENTS} clients, ${Math.round(kb)} kB each`;
  return [
    { what, goal: `≥ ${UPLOADS_PER_S}/s`, seen: rates(per_s), met: median(per_s) >= UPLOADS_PER_S },
    { what: 'the same, latency', goal: '', seen: latencies(ms), met: null },
  ];
}

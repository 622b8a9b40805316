import { encodeCursor } from '../../src/api/cursor.ts';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import type { Filler } from './fill.ts';
import { type Goal, latencies, quantile } from './goals.ts';
import { connectTo, expected, type Http } from './http.ts';
import { FITTING, UNFIT, type BenchRunner, openRunner } from './runners.ts';
import type { Situation } from './situation.ts';

const POLLING = 50;
const CLAIMERS = 16;
const QUEUED = 1_000;
const CLAIMS = 1_000;
const LISTS = 1_000;
/** 50 claims and 50 lists in a second: far more than 50 runners ask for, few enough that none waits for the one before. */
const PACE_MS = 20;
/** Each wakes every runner that polls. */
const SUBMIT_EVERY_MS = 500;
const CLAIM_P99_MS = 20;
const LIST_P99_MS = 50;

/** Calls `work` at a steady pace, `times` times, one at a time; late calls are not made up for. */
async function atPace(times: number, pace_ms: number, work: (n: number) => Promise<void>): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const next = performance.now() + pace_ms;
    await work(n);
    const left = next - performance.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  }
}

/** A runner that asks again and again, as long as the signal lets it, and never gets anything. */
async function poll(runner: BenchRunner, signal: AbortSignal): Promise<number> {
  let asked = 0;
  while (!signal.aborted) {
    try {
      expected(await runner.claim(25, signal), 204);
      asked += 1;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  return asked;
}

/** Pages as people ask for them: newest first, by state, by labels that many, few and no experiments have, and far down. */
function lists({ ended }: Situation): Record<string, string> {
  const middle = encodeCursor({ created_at: new Date(Date.now() - (ended / 2) * 30_000), id: `exp_${'0'.repeat(32)}` });
  return {
    'newest first': '/v1/experiments?limit=20',
    'a hundred': '/v1/experiments?limit=100',
    'status=queued': '/v1/experiments?status=queued',
    'status=failed': '/v1/experiments?status=failed',
    'a label of every second': '/v1/experiments?label.branch=main',
    'a label of one in twenty': '/v1/experiments?label.team=team-7',
    'a label of one in five thousand': '/v1/experiments?label.branch=feature-4999',
    'a label of one in ten thousand': '/v1/experiments?label.nightly=yes',
    'a label of none': '/v1/experiments?label.branch=nowhere',
    'from the middle': `/v1/experiments?cursor=${middle}`,
    'status and label, from the middle': `/v1/experiments?status=succeeded&label.team=team-7&cursor=${middle}`,
  };
}

async function measureClaims(http: Http, situation: Situation, filler: Filler): Promise<number[]> {
  const { key, template } = situation;
  const runners = await Promise.all(Array.from({ length: CLAIMERS }, () => openRunner(http, key, FITTING)));
  await filler.enqueue(template, QUEUED + CLAIMS);
  const seen: number[] = [];
  const ending: Promise<void>[] = [];
  await atPace(CLAIMS, PACE_MS, async (n) => {
    // A runner claims again when its last job has ended.
    await ending[n - CLAIMERS];
    const runner = runners[n % CLAIMERS] as BenchRunner;
    const answer = await runner.claim();
    seen.push(answer.ms);
    ending.push(filler.endClaimed([expected<ClaimedJob>(answer, 200).job_id]));
  });
  await Promise.all(ending);
  return seen;
}

async function measureLists(http: Http, situation: Situation): Promise<Map<string, number[]>> {
  const pages = Object.entries(lists(situation));
  const seen = new Map(pages.map(([name]) => [name, [] as number[]]));
  await atPace(LISTS, PACE_MS, async (n) => {
    const [name, path] = pages[n % pages.length] as [string, string];
    const key = situation.keys[n % situation.keys.length] as string;
    const answer = await http.send('GET', path, { key });
    expected(answer, 200);
    seen.get(name)?.push(answer.ms);
  });
  return seen;
}

/** Submits until the signal comes: each time the bell rings, and all that poll look at the queue. */
async function submit(http: Http, { keys, spec }: Situation, signal: AbortSignal): Promise<number[]> {
  const seen: number[] = [];
  while (!signal.aborted) {
    await atPace(1, SUBMIT_EVERY_MS, async () => {
      const key = keys[seen.length % keys.length] as string;
      const answer = await http.send('POST', '/v1/experiments', {
        key,
        body: spec,
        headers: { 'content-type': 'application/yaml' },
      });
      expected(answer, 202);
      seen.push(answer.ms);
    });
  }
  return seen;
}

/** Claims and lists beside 50 runners that poll and find nothing in a queue of 1,000 and more. */
export async function queueLatency(situation: Situation, filler: Filler): Promise<Goal[]> {
  await using http = connectTo(situation.url, 8);
  await using polling = connectTo(situation.url, POLLING);
  const runners = await Promise.all(Array.from({ length: POLLING }, () => openRunner(polling, situation.key, UNFIT)));
  const stop = new AbortController();
  const background = Promise.all([
    submit(http, situation, stop.signal),
    ...runners.map((runner) => poll(runner, stop.signal)),
  ]);
  background.catch(() => undefined);
  const [claims, pages] = await Promise.all([
    measureClaims(http, situation, filler),
    measureLists(http, situation),
  ]).finally(() => stop.abort());
  const [submits] = await background;
  await filler.endClaimed(null);
  const all = [...pages.values()].flat();
  const within = `${POLLING} runners polling, ≥ ${QUEUED} queued, ${situation.ended} ended`;
  return [
    {
      what: `claim, ${within}`,
      goal: `p99 < ${CLAIM_P99_MS} ms`,
      seen: latencies(claims),
      met: quantile(claims, 0.99) < CLAIM_P99_MS,
    },
    {
      what: `list, ${within}`,
      goal: `p99 < ${LIST_P99_MS} ms`,
      seen: latencies(all),
      met: quantile(all, 0.99) < LIST_P99_MS,
    },
    ...[...pages].map(([name, seen]) => ({ what: `list: ${name}`, goal: '', seen: latencies(seen), met: null })),
    { what: 'submit beside them', goal: '', seen: latencies(submits), met: null },
  ];
}

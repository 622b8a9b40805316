import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import type { Filler } from './fill.ts';
import { type Goal, latencies, median, rates } from './goals.ts';
import { connectTo, expected, type Http } from './http.ts';
import { type BenchRunner, FITTING, openRunner, step } from './runners.ts';
import type { Situation } from './situation.ts';

const CLIENTS = 16;
/** A runner holds one job at a time: a client that claims without a pause is many runners, one after the other. */
const RUNNERS_PER_CLIENT = 50;
const QUEUED = 1_000;
const ROUNDS = 6;
const CLAIMS_PER_S = 1_000;

interface Round {
  readonly per_s: number;
  readonly ms: readonly number[];
}

/** All clients at once, each as fast as its answers come. The clock runs from the first call to the last answer. */
async function timed(clients: number, work: (client: number) => Promise<number[]>): Promise<Round> {
  const start = performance.now();
  const ms = (await Promise.all(Array.from({ length: clients }, (_, client) => work(client)))).flat();
  return { per_s: (ms.length * 1000) / (performance.now() - start), ms };
}

async function claimAll(runners: readonly BenchRunner[]): Promise<number[]> {
  const ms: number[] = [];
  for (const runner of runners) {
    const answer = await runner.claim();
    expected(answer, 200);
    ms.push(answer.ms);
  }
  return ms;
}

/** The whole of a runner's day but the measuring. */
async function cycleAll(http: Http, key: string, runners: readonly BenchRunner[]): Promise<number[]> {
  const ms: number[] = [];
  for (const runner of runners) {
    const claimed = await runner.claim();
    const job = expected<ClaimedJob>(claimed, 200);
    const started = await step(http, key, job, 'start', {});
    const finished = await step(http, key, job, 'finish', { outcome: 'canceled', reason: null, blocks: 0 });
    expected(started, 200);
    expected(finished, 200);
    ms.push(claimed.ms + started.ms + finished.ms);
  }
  return ms;
}

/** Claims per second of 16 clients, by the wall clock; and of claims with their start and finish, in turns with them. */
export async function claimRate(situation: Situation, filler: Filler): Promise<Goal[]> {
  const { key, template } = situation;
  await using http = connectTo(situation.url, CLIENTS);
  const runners: BenchRunner[][] = [];
  for (let client = 0; client < CLIENTS; client += 1) {
    runners.push(await Promise.all(Array.from({ length: RUNNERS_PER_CLIENT }, () => openRunner(http, key, FITTING))));
  }
  const of = (client: number) => runners[client] as BenchRunner[];
  const claims: Round[] = [];
  const cycles: Round[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    await filler.enqueue(template, CLIENTS * RUNNERS_PER_CLIENT + (round === 0 ? QUEUED : 0));
    const claimed = await timed(CLIENTS, (client) => claimAll(of(client)));
    await filler.endClaimed(null);
    await filler.enqueue(template, CLIENTS * RUNNERS_PER_CLIENT);
    const cycled = await timed(CLIENTS, (client) => cycleAll(http, key, of(client)));
    process.stderr.write(
      `claims: ${Math.round(claimed.per_s)}/s; with start and finish: ${Math.round(cycled.per_s)}/s\n`,
    );
    // The first round warms up: plans, caches, the compiler.
    if (round === 0) continue;
    claims.push(claimed);
    cycles.push(cycled);
  }
  const per_s = claims.map((round) => round.per_s);
  return [
    {
      what: `claims of ${CLIENTS} clients, by the wall clock`,
      goal: `≥ ${CLAIMS_PER_S}/s`,
      seen: rates(per_s),
      met: median(per_s) >= CLAIMS_PER_S,
    },
    { what: 'the same, latency', goal: '', seen: latencies(claims.flatMap((round) => round.ms)), met: null },
    {
      what: 'claim, start, finish: whole cycles',
      goal: '',
      seen: rates(cycles.map((round) => round.per_s)),
      met: null,
    },
  ];
}

import { windowS } from '../../../src/core/load-plan.ts';
import { withLateSockets } from './late-sockets.ts';
import { judgeQueue } from './judges/lindley.ts';
import { servicesMs } from './judges/paused-queue.ts';
import { judgePlanted } from './judges/planted.ts';
import { openRate } from './open-rate.ts';
import { runScheduleMs } from './planned-schedule.ts';
import { type Bench, type Form, type Judged, type Proof, type ProofCase, proofCase } from './proof.ts';
import { lastOnes } from './truth/truth-record.ts';
import { recorded, SETTLED_S, type TruthRun, truthRun } from './truth-run.ts';

interface Queue {
  readonly arrivals: 'constant' | 'poisson';
  readonly service: 'constant' | 'exponential';
  readonly utilisation: number;
}

const SERVICE_MS = 4;
/** More than ever wait. */
const CONNECTIONS = 200;
/** Of 300 requests, what one stall of the engine adds to a mean is more than the criterion: windows of a thousand. */
const WINDOW_S: Record<Form, number> = { short: 8, full: 20 };
/** At the same rate, of a server that answers at once. */
const FLOOR_S = 0.8;

interface QueueRuns {
  readonly floor: TruthRun;
  readonly queue: TruthRun;
}

const rateOf = ({ utilisation }: Queue): number => (1000 * utilisation) / SERVICE_MS;

function nameOf({ arrivals, service, utilisation }: Queue): string {
  const kendall = `${arrivals === 'poisson' ? 'M' : 'D'}/${service === 'constant' ? 'D' : 'M'}/1`;
  return `${kendall} at ρ ${utilisation}`;
}

/** `around`: what is done to the engine in front of the queue; never to the one that finds the floor. */
async function runQueue(
  bench: Bench,
  queue: Queue,
  window_s: number,
  around: (body: () => Promise<TruthRun>) => Promise<TruthRun> = (body) => body(),
): Promise<QueueRuns> {
  const change = { model: openRate(rateOf(queue), CONNECTIONS, queue.arrivals), warmup_s: SETTLED_S };
  const script = { kind: 'queue', seed: 8, mean_ms: SERVICE_MS, service: queue.service } as const;
  return {
    floor: await truthRun(bench, { kind: 'constant', ms: 0 }, { ...change, window_s: FLOOR_S }),
    queue: await around(() => truthRun(bench, script, { ...change, window_s })),
  };
}

function judgeRuns({ floor, queue: { plan, result, truth } }: QueueRuns, { arrivals, ...queue }: Queue): Judged {
  const latency = recorded(result, 'latency');
  const all = lastOnes(truth, truth.numbers.length);
  const rate_rps = rateOf({ arrivals, ...queue });
  const planned = runScheduleMs(plan.warmup_s, windowS(plan), { rate_rps, arrivals, seed: plan.seed });
  const stampsOf = (name: 'read_ms' | 'unread_ms' | 'written_ms' | 'service_ms'): number[] =>
    all.map((i) => truth[name][i] as number);
  return judgeQueue({
    planned,
    services: servicesMs({
      planned,
      read_ms: stampsOf('read_ms'),
      unread_ms: stampsOf('unread_ms'),
      written_ms: stampsOf('written_ms'),
      service_ms: stampsOf('service_ms'),
    }),
    requests: result.requests,
    rate_rps,
    mean_ms: latency.mean,
    p95_ms: latency.quantile(0.95),
    floor_ms: recorded(floor.result, 'latency').mean,
  });
}

function queueCase(queue: Queue, window_s: number): ProofCase {
  return proofCase({
    proof: 'T8',
    name: nameOf(queue),
    isTiming: true,
    measure: (bench) => runQueue(bench, queue, window_s),
    judge: (runs) => judgeRuns(runs, queue),
  });
}

/** What an engine that sends late would add to each request. */
const LATE_MS = 3;
const LATE_WINDOW_S = 5;

/** The control of `npm test` is on altered stamps: judges/paused-queue.test.ts. More work on the host makes a late engine only later. */
function lateCase(queue: Queue): ProofCase {
  return proofCase({
    proof: 'T8',
    name: `${nameOf(queue)}, each request sent ${LATE_MS} ms late`,
    isTiming: false,
    measure: (bench) =>
      runQueue(bench, queue, LATE_WINDOW_S, (body) => withLateSockets({ read_ms: 0, send_ms: LATE_MS }, body)),
    judge: (runs) => judgePlanted(judgeRuns(runs, queue), runs.queue.result),
  });
}

const QUEUES: Record<Form, readonly Queue[]> = {
  short: [{ arrivals: 'poisson', service: 'constant', utilisation: 0.5 }],
  full: [
    { arrivals: 'constant', service: 'constant', utilisation: 0.5 },
    { arrivals: 'poisson', service: 'constant', utilisation: 0.5 },
    { arrivals: 'poisson', service: 'constant', utilisation: 0.8 },
    { arrivals: 'poisson', service: 'exponential', utilisation: 0.5 },
  ],
};

export const T8: Proof = {
  id: 'T8',
  claim: "a queue, by Lindley's recursion on the planned schedule",
  passes: `mean, p95 within 2 %, and the floor above; ${LATE_MS} ms planted are refused`,
  cases: (form) => [
    ...QUEUES[form].map((queue) => queueCase(queue, WINDOW_S[form])),
    ...(form === 'full' ? QUEUES.short.map(lateCase) : []),
  ],
};

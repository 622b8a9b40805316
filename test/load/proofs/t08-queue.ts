import { judgeQueue } from './judges/lindley.ts';
import { servicesMs } from './judges/paused-queue.ts';
import { openRate } from './open-rate.ts';
import { runScheduleMs } from './planned-schedule.ts';
import { type Form, type Proof, type ProofCase, proofCase } from './proof.ts';
import { lastOnes } from './truth/truth-record.ts';
import { recorded, SETTLED_S, truthRun } from './truth-run.ts';

interface Queue {
  readonly arrivals: 'constant' | 'poisson';
  readonly service: 'constant' | 'exponential';
  readonly utilisation: number;
}

const SERVICE_MS = 4;
/** More than ever wait. */
const CONNECTIONS = 200;
const WINDOW_S: Record<Form, number> = { short: 2.5, full: 20 };
/** At the same rate, of a server that answers at once. */
const FLOOR_S = 0.8;

function queueCase({ arrivals, service, utilisation }: Queue, window_s: number): ProofCase {
  const rate_rps = (1000 * utilisation) / SERVICE_MS;
  const change = { model: openRate(rate_rps, CONNECTIONS, arrivals), warmup_s: SETTLED_S };
  const kendall = `${arrivals === 'poisson' ? 'M' : 'D'}/${service === 'constant' ? 'D' : 'M'}/1`;
  return proofCase({
    proof: 'T8',
    name: `${kendall} at ρ ${utilisation}`,
    isTiming: true,
    measure: async (bench) => ({
      floor: await truthRun(bench, { kind: 'constant', ms: 0 }, { ...change, window_s: FLOOR_S }),
      queue: await truthRun(bench, { kind: 'queue', seed: 8, mean_ms: SERVICE_MS, service }, { ...change, window_s }),
    }),
    judge: ({ floor, queue: { plan, result, truth } }) => {
      const latency = recorded(result, 'latency');
      const least = recorded(floor.result, 'latency');
      const all = lastOnes(truth, truth.numbers.length);
      const planned = runScheduleMs(SETTLED_S, window_s, { rate_rps, arrivals, seed: plan.seed });
      return judgeQueue({
        planned,
        services: servicesMs({
          planned,
          read_ms: all.map((i) => truth.read_ms[i] as number),
          unread_ms: all.map((i) => truth.unread_ms[i] as number),
          written_ms: all.map((i) => truth.written_ms[i] as number),
        }),
        requests: result.requests,
        rate_rps,
        mean_ms: latency.mean,
        p95_ms: latency.quantile(0.95),
        floor_mean_ms: least.mean,
        floor_p95_ms: least.quantile(0.95),
      });
    },
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
  passes: 'mean, p95 within 2 % + floor',
  cases: (form) => QUEUES[form].map((queue) => queueCase(queue, WINDOW_S[form])),
};

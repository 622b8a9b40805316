import { meanOf } from './judges/exact-quantile.ts';
import { openRate } from './open-rate.ts';
import { type Form, type Proof, type ProofCase, proofCase } from './proof.ts';
import { judgeStall } from './judges/stall-law.ts';
import { lastOnes, type TruthRecord } from './truth/truth-record.ts';
import { recorded, SETTLED_S, truthRun } from './truth-run.ts';

interface Stop {
  readonly rate_rps: number;
  /** How long the server is busy with each request: with the rate its utilisation. */
  readonly service_ms: number;
  readonly stop_ms: number;
  readonly window_s: number;
}

/** Stopped after the first part of the window, so that the queue is gone before its end. */
const STOP_AFTER_MS = 500;

/** rate × S wait at its end, and those that come while they are served: connections for all of them, opened before. */
const connectionsOf = ({ rate_rps, stop_ms }: Stop): number => Math.ceil((1.5 * rate_rps * stop_ms) / 1000) + 50;

/** What a request costs the server, without the one in which it stood still. */
function serviceMs({ service_ms, longest_pause_ms }: TruthRecord, places: readonly number[]): number {
  return meanOf(places.map((i) => service_ms[i] as number).filter((ms) => ms < longest_pause_ms));
}

function stopCase(stop: Stop): ProofCase {
  const { rate_rps, service_ms, stop_ms, window_s } = stop;
  const planned = Math.round(rate_rps * window_s);
  return proofCase({
    proof: 'T3',
    name: `server stopped for ${stop_ms} ms of ${window_s} s at ${rate_rps} requests/s`,
    isTiming: true,
    // Of what stands still now and then, only what falls into the queue after the stop makes its waits longer, by its share of that
    // time: a hundredth of the truth, where the criterion is a twentieth.
    noise: { lag: 0.01 },
    measure: (bench) =>
      truthRun(
        bench,
        { kind: 'queue', seed: 0, mean_ms: service_ms, service: 'constant' },
        {
          model: openRate(rate_rps, connectionsOf(stop)),
          window_s,
          warmup_s: SETTLED_S,
          timeout_s: 3 + stop_ms / 1000,
        },
        {
          stopsServer: true,
          onMessage: (message, { server }) => {
            if (message.type !== 'phase' || message.phase !== 'window') return;
            setTimeout(() => {
              process.kill(server, 'SIGSTOP');
              setTimeout(() => process.kill(server, 'SIGCONT'), stop_ms);
            }, STOP_AFTER_MS);
          },
        },
      ),
    judge: ({ result, truth }) =>
      judgeStall({
        // By its own clock, which it looked at all the time: the timers of this process are not that exact.
        stall_s: truth.longest_pause_ms / 1000,
        total_s: window_s,
        utilisation: (rate_rps * serviceMs(truth, lastOnes(truth, result.requests))) / 1000,
        planned,
        requests: result.requests,
        failed: result.requests - result.ok,
        latency: recorded(result, 'latency').quantile,
        service: recorded(result, 'service').quantile,
      }),
  });
}

const STOPS: Record<Form, readonly Stop[]> = {
  short: [{ rate_rps: 500, service_ms: 0.4, stop_ms: 600, window_s: 2.4 }],
  full: [
    { rate_rps: 500, service_ms: 0.4, stop_ms: 1000, window_s: 10 },
    { rate_rps: 1000, service_ms: 0.1, stop_ms: 500, window_s: 10 },
    { rate_rps: 200, service_ms: 2.5, stop_ms: 2000, window_s: 15 },
  ],
};

export const T3: Proof = {
  id: 'T3',
  claim: 'a server that is stopped: no coordinated omission',
  passes: 'p99, p99.9, max within 5 % of S − (1 − q)(1 − ρ)T; count = rate × T',
  cases: (form) => STOPS[form].map(stopCase),
};

import { type Arrived, blindShare, judgeArrivals } from './judges/arrival-error.ts';
import { lewisP } from './judges/lewis.ts';
import { openRate } from './open-rate.ts';
import { scheduleMs } from './planned-schedule.ts';
import { type Form, type Judged, type Proof, type ProofCase, proofCase } from './proof.ts';
import { lastOnes, type TruthRecord } from './truth/truth-record.ts';
import { recorded, SETTLED_S, type TruthRun, truthRun } from './truth-run.ts';

const CONNECTIONS = 20;

/** What the server says of the requests at these places. */
function arrivalsOf({ read_ms, unread_ms }: TruthRecord, places: readonly number[]): Arrived {
  return { read_ms: places.map((i) => read_ms[i] as number), unread_ms: places.map((i) => unread_ms[i] as number) };
}

function constantCase(rate_rps: number, window_s: number): ProofCase {
  const judge = ({ plan, result, truth }: TruthRun): Judged =>
    judgeArrivals({
      rate_rps,
      planned: scheduleMs('window', window_s, { rate_rps, arrivals: 'constant', seed: plan.seed }),
      arrived: arrivalsOf(truth, lastOnes(truth, result.requests)),
      sched_lag_p99_ms: recorded(result, 'sched_lag').quantile(0.99),
    });
  return proofCase({
    proof: 'T5',
    name: `constant arrivals, ${rate_rps} requests/s`,
    isTiming: true,
    measure: async (bench) => {
      const change = { model: openRate(rate_rps, CONNECTIONS), window_s, warmup_s: SETTLED_S };
      const run = await truthRun(bench, { kind: 'constant', ms: 0 }, change);
      bench.watch.blind(blindShare(arrivalsOf(run.truth, lastOnes(run.truth, run.result.requests)).unread_ms));
      return run;
    },
    // What others take from engine and server brings no request nearer to its time, and for what the server did not see none is forgiven.
    isSound: (run) => judge(run).passed,
    judge,
  });
}

const SEEDS = 20;
const REFUSED_BELOW = 0.01;
const MOST_REFUSED = 1;
const RATE_RPS = 500;
const FOR_S = 20;

/** p-values of Lewis' test, one a seed. */
export function judgePoisson(p: readonly number[]): Judged {
  const refused = p.filter((value) => value <= REFUSED_BELOW).length;
  const least = Math.min(...p).toFixed(4);
  const figures = `Lewis' test refuses ${refused} of ${p.length} seeds (p ≤ ${REFUSED_BELOW}; at most ${MOST_REFUSED}), smallest p ${least}`;
  return { passed: p.length > 0 && refused <= MOST_REFUSED, figures };
}

function poissonCase(threads: number): ProofCase {
  return proofCase({
    proof: 'T5',
    name: `Poisson arrivals as planned, ${threads} thread${threads === 1 ? '' : 's'}`,
    isTiming: false,
    measure: () =>
      Promise.resolve(
        Array.from({ length: SEEDS }, (_, i) =>
          lewisP(
            scheduleMs('window', FOR_S, { rate_rps: RATE_RPS, arrivals: 'poisson', seed: i + 1, threads }),
            1000 * FOR_S,
          ),
        ),
      ),
    judge: judgePoisson,
  });
}

const RATES: Record<Form, readonly number[]> = { short: [500], full: [50, 500, 2000] };
const WINDOW_S: Record<Form, number> = { short: 1.2, full: 10 };

export const T5: Proof = {
  id: 'T5',
  claim: 'arrivals as planned',
  passes:
    "constant: p99 of |sent − planned| ≤ max(10 % of the period, 1 ms), apart from what all have in common; Poisson: Lewis' test, ≤ 1 of 20 seeds refused",
  cases: (form) => [
    ...RATES[form].map((rate) => constantCase(rate, WINDOW_S[form])),
    ...[1, 2].map((threads) => poissonCase(threads)),
  ],
};

import { BIN_MS, BINS, judgeDispersion } from './judges/dispersion.ts';
import { openRate } from './open-rate.ts';
import { scheduleMs } from './planned-schedule.ts';
import { type Proof, type ProofCase, proofCase } from './proof.ts';
import { lastOnes } from './truth/truth-record.ts';
import { SETTLED_S, truthRun } from './truth-run.ts';

const RATE_RPS = 1000;
const FOR_S = (BINS * BIN_MS) / 1000;
const CONNECTIONS = 50;
const KINDS = ['constant', 'poisson'] as const;
type Arrivals = (typeof KINDS)[number];

const nameOf = (arrivals: Arrivals): string => (arrivals === 'poisson' ? 'Poisson' : arrivals);

function plannedCase(arrivals: Arrivals, threads: number): ProofCase {
  return proofCase({
    proof: 'T6',
    name: `${nameOf(arrivals)} as planned, ${threads} thread${threads === 1 ? '' : 's'}`,
    isTiming: false,
    measure: () => Promise.resolve(scheduleMs('window', FOR_S, { rate_rps: RATE_RPS, arrivals, seed: 1, threads })),
    judge: (times) => judgeDispersion(arrivals, times),
  });
}

/** The same of what came, by the stamps of the server. */
function arrivedCase(arrivals: Arrivals): ProofCase {
  return proofCase({
    proof: 'T6',
    name: `${nameOf(arrivals)} as they came`,
    isTiming: true,
    measure: (bench) =>
      truthRun(
        bench,
        { kind: 'constant', ms: 0 },
        { model: openRate(RATE_RPS, CONNECTIONS, arrivals), window_s: FOR_S, warmup_s: SETTLED_S },
      ),
    judge: ({ result, truth }) => {
      const times = lastOnes(truth, result.requests).map((i) => truth.read_ms[i] as number);
      const first = times[0] ?? Number.NaN;
      return judgeDispersion(
        arrivals,
        times.map((time) => time - first),
      );
    },
  });
}

export const T6: Proof = {
  id: 'T6',
  claim: 'burstiness of the arrivals',
  passes: 'variance/mean of counts in 10 ms: Poisson 0.9–1.1, constant < 0.2',
  cases: (form) => [
    ...KINDS.flatMap((arrivals) => [1, 2].map((threads) => plannedCase(arrivals, threads))),
    ...(form === 'full' ? KINDS.map((arrivals) => arrivedCase(arrivals)) : []),
  ],
};

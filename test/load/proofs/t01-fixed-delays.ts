import { withLateSockets } from './late-sockets.ts';
import { judgePlanted } from './judges/planted.ts';
import { judgeQuantiles, quantileErrors } from './judges/quantile-errors.ts';
import { type Form, type Judged, type Proof, type ProofCase, proofCase } from './proof.ts';
import { lastOnes, residencesMs } from './truth/truth-record.ts';
import { recorded, SETTLED_S, type TruthRun, truthRun } from './truth-run.ts';

const FEW = 4;
const LIMITS = [{ q: 0.5, share: 0.03, ms: 0.3 }];

export interface FixedDelayFacts {
  /** Read callback → write, ascending, ms. */
  readonly truth: ArrayLike<number>;
  /** Quantile in ms of the engine's latency. */
  readonly latency: (q: number) => number;
}

export function judgeFixedDelay({ truth, latency }: FixedDelayFacts): Judged {
  return judgeQuantiles(quantileErrors(truth, latency, LIMITS));
}

const model = { kind: 'connections', connections: FEW } as const;

function judgeRun({ result, truth }: TruthRun): Judged {
  return judgeFixedDelay({
    truth: residencesMs(truth, lastOnes(truth, result.requests)),
    latency: recorded(result, 'latency').quantile,
  });
}

function delayCase(ms: number, window_s: number): ProofCase {
  return proofCase({
    proof: 'T1',
    name: `answers after ${ms} ms`,
    isTiming: true,
    measure: (bench) => truthRun(bench, { kind: 'constant', ms }, { model, window_s, warmup_s: SETTLED_S }),
    judge: judgeRun,
  });
}

/** What an engine that hears of its answers late adds to each of them. At 100 ms the criterion itself allows 3 ms: there it is not planted. */
const PLANTED_MS = 3;

/** More work on the host makes a late engine only later: it cannot look right for it. */
function plantedCase(ms: number, window_s: number): ProofCase {
  return proofCase({
    proof: 'T1',
    name: `answers after ${ms} ms, each read ${PLANTED_MS} ms late`,
    isTiming: false,
    measure: (bench) =>
      withLateSockets({ read_ms: PLANTED_MS, send_ms: 0 }, () =>
        truthRun(bench, { kind: 'constant', ms }, { model, window_s }),
      ),
    judge: (run) => judgePlanted(judgeRun(run), run.result),
  });
}

const DELAYS: Record<Form, readonly number[]> = { short: [5], full: [1, 5, 20, 100] };
const PLANTED: Record<Form, readonly number[]> = { short: [5], full: [1, 5, 20] };
const WINDOW_S: Record<Form, number> = { short: 0.8, full: 5 };

export const T1: Proof = {
  id: 'T1',
  claim: 'fixed delays of a server that stamps what it does',
  passes: `p50 within max(0.3 ms, 3 %); an engine with ${PLANTED_MS} ms planted is refused`,
  cases: (form) => [
    ...DELAYS[form].map((ms) => delayCase(ms, WINDOW_S[form])),
    ...PLANTED[form].map((ms) => plantedCase(ms, WINDOW_S[form])),
  ],
};

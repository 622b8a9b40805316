import { residencesMs, lastOnes } from './truth/truth-record.ts';
import { type Form, type Judged, type Proof, type ProofCase, proofCase } from './proof.ts';
import { judgeQuantiles, quantileErrors } from './judges/quantile-errors.ts';
import { recorded, SETTLED_S, truthRun } from './truth-run.ts';

const FEW = 4;
const LIMITS = [{ q: 0.5, share: 0.03, ms: 0.3 }];
/** What an engine that stamps its answers late would add to each of them. */
const PLANTED_MS = 3;

export interface FixedDelayFacts {
  /** Read callback → write, ascending, ms. */
  readonly truth: ArrayLike<number>;
  /** Quantile in ms of the engine's latency. */
  readonly latency: (q: number) => number;
}

/** Right, and the same figures with 3 ms more are wrong. At 100 ms the criterion itself allows 3 ms: there nothing is planted. */
export function judgeFixedDelay({ truth, latency }: FixedDelayFacts): Judged {
  const errors = quantileErrors(truth, latency, LIMITS);
  const { passed, figures } = judgeQuantiles(errors);
  if (errors.some(({ allowed_ms }) => allowed_ms >= PLANTED_MS)) return { passed, figures };
  const planted = judgeQuantiles(quantileErrors(truth, (q) => latency(q) + PLANTED_MS, LIMITS));
  const says = `with ${PLANTED_MS} ms planted: ${planted.passed ? 'not noticed' : 'refused'}`;
  return { passed: passed && !planted.passed, figures: `${figures}; ${says}` };
}

function delayCase(ms: number, window_s: number): ProofCase {
  return proofCase({
    proof: 'T1',
    name: `answers after ${ms} ms`,
    isTiming: true,
    measure: (bench) =>
      truthRun(
        bench,
        { kind: 'constant', ms },
        { model: { kind: 'connections', connections: FEW }, window_s, warmup_s: SETTLED_S },
      ),
    judge: ({ result, truth }) =>
      judgeFixedDelay({
        truth: residencesMs(truth, lastOnes(truth, result.requests)),
        latency: recorded(result, 'latency').quantile,
      }),
  });
}

const DELAYS: Record<Form, readonly number[]> = { short: [1, 20], full: [1, 5, 20, 100] };
const WINDOW_S: Record<Form, number> = { short: 0.8, full: 5 };

export const T1: Proof = {
  id: 'T1',
  claim: 'fixed delays of a server that stamps what it does',
  passes: 'p50 within max(0.3 ms, 3 %); 3 ms planted are noticed',
  cases: (form) => DELAYS[form].map((ms) => delayCase(ms, WINDOW_S[form])),
};

import { type Form, type Proof, type ProofCase, proofCase } from './proof.ts';
import { openRate } from './open-rate.ts';
import { judgeQuantiles, quantileErrors } from './judges/quantile-errors.ts';
import { lastOnes, residencesMs } from './truth/truth-record.ts';
import { recorded, SETTLED_S, truthRun } from './truth-run.ts';
import type { TruthScript } from './truth/truth-script.ts';

const LIMITS = [
  { q: 0.5, share: 0.03, ms: 0 },
  { q: 0.9, share: 0.03, ms: 0 },
  { q: 0.99, share: 0.05, ms: 0 },
];

/** A mode's weight is a step in the quantiles: none that is tested lies within 2 % of 0.8. Shares of 10 ms and more are asked for. */
const SCRIPTS: readonly (readonly [name: string, script: TruthScript])[] = [
  ['bimodal', { kind: 'bimodal', seed: 11, fast_ms: 12, slow_ms: 60, slow_share: 0.2, spread: 0.1 }],
  ['lognormal', { kind: 'lognormal', seed: 12, median_ms: 15, sigma: 0.6, most_ms: 400 }],
];
const RATE_RPS = 400;
/** More than are ever under way at once: 400/s × 0.1 s, and a margin. */
const CONNECTIONS = 100;
const WINDOW_S: Record<Form, number> = { short: 1.2, full: 10 };

function distributionCase(form: Form, name: string, script: TruthScript): ProofCase {
  return proofCase({
    proof: 'T2',
    name: `${name} delays`,
    isTiming: true,
    measure: (bench) =>
      truthRun(bench, script, {
        model: openRate(RATE_RPS, CONNECTIONS),
        window_s: WINDOW_S[form],
        warmup_s: SETTLED_S,
      }),
    judge: ({ result, truth }) => {
      const delays = residencesMs(truth, lastOnes(truth, result.requests));
      return judgeQuantiles(quantileErrors(delays, recorded(result, 'latency').quantile, LIMITS));
    },
  });
}

export const T2: Proof = {
  id: 'T2',
  claim: 'bimodal and lognormal delays, against the list that the server has of the same requests',
  passes: 'p50, p90 within 3 %, p99 within 5 %',
  cases: (form) =>
    SCRIPTS.slice(form === 'short' ? 1 : 0).map(([name, script]) => distributionCase(form, name, script)),
};

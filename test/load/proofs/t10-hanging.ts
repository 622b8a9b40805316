import { judgeCensoring } from './judges/censoring.ts';
import { openRate } from './open-rate.ts';
import { type Form, type Proof, proofCase } from './proof.ts';
import { lastOnes } from './truth/truth-record.ts';
import { recorded, truthRun } from './truth-run.ts';

const RATE_RPS = 200;
const EVERY = 50;
const TIMEOUT_S = 0.5;
const CONNECTIONS = 50;
const WINDOW_S: Record<Form, number> = { short: 1.5, full: 10 };

export const T10: Proof = {
  id: 'T10',
  claim: '2 % of the answers hang past the timeout',
  passes: 'p99 ≥ timeout, marked; nothing dropped',
  cases: (form) => [
    proofCase({
      proof: 'T10',
      name: `one answer in ${EVERY} never comes`,
      isTiming: false,
      measure: (bench) =>
        truthRun(
          bench,
          { kind: 'faulty', ms: 1, hang_every: EVERY, reset_every: null },
          { model: openRate(RATE_RPS, CONNECTIONS), window_s: WINDOW_S[form], timeout_s: TIMEOUT_S },
        ),
      judge: ({ result, truth }) => {
        const latency = recorded(result, 'latency');
        return judgeCensoring({
          result,
          planned: Math.round(RATE_RPS * WINDOW_S[form]),
          hung: lastOnes(truth, result.requests).filter((i) => Number.isNaN(truth.written_ms[i])).length,
          samples: latency.count,
          p99_ms: latency.quantile(0.99),
        });
      },
    }),
  ],
};

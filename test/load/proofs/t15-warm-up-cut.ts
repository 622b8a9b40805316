import { openRate } from './open-rate.ts';
import { type Form, type Proof, proofCase } from './proof.ts';
import { recorded, truthRun } from './truth-run.ts';
import { judgeCut } from './judges/warm-up-cut.ts';

const RATE_RPS = 50;
const WARMUP_S = 0.4;
const WARMUP = RATE_RPS * WARMUP_S;
const WARMUP_MS = 1500;
const EDGE_MS = 600;
const CONNECTIONS = 100;
const WINDOW_S: Record<Form, number> = { short: 0.8, full: 5 };

/** How many of the recorded latencies are longer: from the longest down. */
function countAbove({ quantile, count }: ReturnType<typeof recorded>, ms: number): number {
  let above = 0;
  while (above < count && quantile((count - above) / count) > ms) above += 1;
  return above;
}

export const T15: Proof = {
  id: 'T15',
  claim: 'the warm-up is cut by the planned time',
  passes: 'exact',
  cases: (form) => {
    const window = RATE_RPS * WINDOW_S[form];
    const ms = [
      ...Array.from({ length: WARMUP }, () => WARMUP_MS),
      ...Array.from({ length: window }, (_, i) => (i === 0 || i === window - 1 ? EDGE_MS : 1)),
    ];
    return [
      proofCase({
        proof: 'T15',
        name: `${WARMUP} slow requests before ${window} of the window`,
        isTiming: false,
        measure: (bench) =>
          truthRun(
            bench,
            { kind: 'list', ms, rest_ms: WARMUP_MS },
            { model: openRate(RATE_RPS, CONNECTIONS), warmup_s: WARMUP_S, window_s: WINDOW_S[form] },
          ),
        judge: ({ result }) => {
          const latency = recorded(result, 'latency');
          return judgeCut({
            planned: { warmup: WARMUP, window },
            requests: result.requests,
            sent_total: result.sent_total,
            samples: latency.count,
            above_edge: countAbove(latency, EDGE_MS / 2),
            above_warmup: countAbove(latency, (EDGE_MS + WARMUP_MS) / 2),
          });
        },
      }),
    ];
  },
};

import { meanOf } from './judges/exact-quantile.ts';
import { judgeLittle } from './judges/little.ts';
import { type Form, type Proof, proofCase } from './proof.ts';
import { lastOnes, meanInFlight, residencesMs } from './truth/truth-record.ts';
import { recorded, SETTLED_S, truthRun } from './truth-run.ts';

const CONNECTIONS = 8;
/** Spread, so that the connections do not go in step: whole rounds at the edges of the window would count. */
const SCRIPT = { kind: 'lognormal', seed: 7, median_ms: 20, sigma: 0.3, most_ms: 100 } as const;
const WINDOW_S: Record<Form, number> = { short: 1.5, full: 15 };

export const T7: Proof = {
  id: 'T7',
  claim: "Little's law, by the server's own count",
  passes: 'in flight = X × residence within 2 %; N − X·R ≤ 2 % of the cycle',
  cases: (form) => [
    proofCase({
      proof: 'T7',
      name: `${CONNECTIONS} connections without think time`,
      isTiming: true,
      measure: (bench) =>
        truthRun(bench, SCRIPT, {
          model: { kind: 'connections', connections: CONNECTIONS },
          window_s: WINDOW_S[form],
          warmup_s: SETTLED_S,
        }),
      judge: ({ result, truth }) => {
        const places = lastOnes(truth, result.requests);
        const reads = places.map((i) => truth.read_ms[i] as number);
        return judgeLittle({
          connections: CONNECTIONS,
          answered_rps: result.answered_rps,
          service_mean_ms: recorded(result, 'service').mean,
          residence_mean_ms: meanOf(residencesMs(truth, places)),
          in_flight_mean: meanInFlight(truth, reads[0] ?? 0, reads.at(-1) ?? 0),
        });
      },
    }),
  ],
};

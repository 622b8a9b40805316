import { withBlockedLoop } from './blocked-loop.ts';
import { openRate } from './open-rate.ts';
import { type Form, type Proof, proofCase } from './proof.ts';
import { judgeUndisturbed, judgeVoid } from './judges/trusted.ts';
import { CONTROL_NOISE, CONTROL_WINDOW_S, SETTLED_S, truthRun } from './truth-run.ts';

/** It has its core for one millisecond of each five. */
const SLOW = { for_ms: 4, every_ms: 5 };
const RATE_RPS = 1000;
/** 5 % of it, from which a request is late, is more than a shared host makes one wait, and less than the generator is kept from its core. */
const SERVICE_MS = 40;
/** More than are ever under way at once. */
const CONNECTIONS = 100;
const WINDOW_S: Record<Form, number> = { short: 0.6, full: 5 };

export const T12: Proof = {
  id: 'T12',
  claim: 'a generator that is too slow for the rate',
  passes: 'void; the same rate with the whole core is not',
  cases: (form) => {
    const change = { model: openRate(RATE_RPS, CONNECTIONS), window_s: WINDOW_S[form] };
    const script = { kind: 'constant', ms: SERVICE_MS } as const;
    const slow = proofCase({
      proof: 'T12',
      name: `${RATE_RPS} requests/s with a fifth of a core`,
      isTiming: false,
      measure: (bench) => withBlockedLoop(SLOW, () => truthRun(bench, script, change)),
      judge: ({ result }) => judgeVoid(result),
    });
    const control = proofCase({
      proof: 'T12',
      name: `${RATE_RPS} requests/s with a whole core`,
      isTiming: true,
      noise: CONTROL_NOISE,
      measure: (bench) =>
        truthRun(bench, script, {
          ...change,
          window_s: Math.max(change.window_s, CONTROL_WINDOW_S),
          warmup_s: SETTLED_S,
        }),
      // No noise makes a run look better than it is.
      isSound: ({ result }) => judgeUndisturbed(result).passed,
      judge: ({ result }) => judgeUndisturbed(result),
    });
    return [slow, control];
  },
};

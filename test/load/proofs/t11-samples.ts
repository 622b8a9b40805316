import { seededRandom } from '../../../src/core/random.ts';
import { judgeSamples, recordedTwice } from './judges/merged-samples.ts';
import { type Proof, proofCase } from './proof.ts';

const SAMPLES = 1_000_000;
const THREADS = 4;

/** From 50 µs to a second, half of them below 16 ms: 4.3 decades of a histogram. */
function knownSamples(): number[] {
  const random = seededRandom(5);
  return Array.from({ length: SAMPLES }, () => 0.05 + 1000 * random() ** 6);
}

export const T11: Proof = {
  id: 'T11',
  claim: 'a million known samples',
  passes: '≤ 0.1 % or 0.5 µs; k threads merged = pooled',
  cases: () => [
    proofCase({
      proof: 'T11',
      name: `recorded by one thread and by ${THREADS}`,
      isTiming: false,
      measure: () => Promise.resolve(recordedTwice(knownSamples(), THREADS)),
      judge: judgeSamples,
    }),
  ],
};

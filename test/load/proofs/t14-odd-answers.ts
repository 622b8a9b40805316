import { judgeHugeBody, runHugeBody } from './huge-body.ts';
import { ODD_ANSWERS } from './odd-answers.ts';
import { judgeOddAnswers, runOddAnswers } from './odd-runs.ts';
import { type Form, type Proof, type ProofCase, proofCase } from './proof.ts';

/** What test/load/failures.test.ts has in `npm test` already. */
const ELSEWHERE = new Set([
  'in single bytes',
  'ended by its connection',
  'a reset at once',
  'an end at once',
  'silence',
  'an end within its body',
  'a body that is longer than it says',
  'another protocol',
]);

function oddCase(form: Form): ProofCase {
  const odd = ODD_ANSWERS.filter(({ name }) => form === 'full' || !ELSEWHERE.has(name));
  return proofCase({
    proof: 'T14',
    name: 'odd answers',
    isTiming: false,
    measure: (bench) => runOddAnswers(bench, odd),
    judge: (runs) => judgeOddAnswers(runs, odd.length),
  });
}

const BODY_BYTES: Record<Form, number> = { short: 200e6, full: 10e9 };
/** For one at least at 400 MB/s. */
const WINDOW_S: Record<Form, number> = { short: 1, full: 25 };

export const T14: Proof = {
  id: 'T14',
  claim: 'split and odd answers, resets, slow bodies, wrong lengths, garbage, bodies of 10 GB',
  passes: 'right class, right byte count, no hang, no crash, bounded memory',
  cases: (form) => [
    oddCase(form),
    proofCase({
      proof: 'T14',
      name: `bodies of ${BODY_BYTES[form] / 1e9} GB`,
      isTiming: false,
      measure: (bench) => runHugeBody(bench, BODY_BYTES[form], WINDOW_S[form]),
      judge: (result) => judgeHugeBody(result, BODY_BYTES[form]),
    }),
  ],
};

import type { DriverName } from '../../../src/core/load-plan.ts';
import { judgeHugeBody, runHugeBody } from './huge-body.ts';
import { ODD_ANSWERS } from './odd-answers.ts';
import { judgeOddAnswers, runOddAnswers } from './odd-runs.ts';
import { type Form, type Proof, type ProofCase, proofCase } from './proof.ts';

function oddCase(driver: DriverName): ProofCase {
  return proofCase({
    proof: 'T14',
    name: `odd answers, driver ${driver}`,
    isTiming: false,
    measure: (bench) => runOddAnswers(bench, ODD_ANSWERS, driver),
    judge: (runs) => judgeOddAnswers(runs, ODD_ANSWERS.length),
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
    oddCase('socket'),
    proofCase({
      proof: 'T14',
      name: `bodies of ${BODY_BYTES[form] / 1e9} GB`,
      isTiming: false,
      measure: (bench) => runHugeBody(bench, BODY_BYTES[form], WINDOW_S[form]),
      judge: (result) => judgeHugeBody(result, BODY_BYTES[form]),
    }),
  ],
};

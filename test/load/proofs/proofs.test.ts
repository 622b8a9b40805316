import { describe, expect, test, type TestContext } from 'vitest';
import { ownBench } from './own-bench.ts';
import { type CaseOutcome, outcomeText, type ProofCase } from './proof.ts';
import { casesOf, isLong } from './proofs.ts';

/** Of a run of `npm test`: a host on which more cannot be judged is none to test on. */
const MOST_NOT_JUDGED = 2;

const outcomes: CaseOutcome[] = [];
const bench = ownBench(new AbortController().signal);

/** Held to no time, and nothing is planted in the environment that others share: they run beside each other. */
const BESIDE = ['T9', 'T10', 'T14'];
const isBeside = ({ proof }: ProofCase): boolean => BESIDE.includes(proof);
const cases = casesOf('short').filter((one) => !isLong(one));

async function holds(one: ProofCase, { skip }: Pick<TestContext, 'skip'>): Promise<void> {
  const outcome = await one.run(bench);
  outcomes.push(outcome);
  process.stdout.write(`${outcomeText(outcome)}\n`);
  // Neither passed nor failed: among the skipped ones, with the reason.
  if (outcome.outcome === 'not judged') skip(outcome.figures);
  expect(outcome.outcome, outcome.figures).toBe('passed');
}

/** The full forms are `npm run test:proofs`; some of the short ones are in proofs.long.test.ts. */
describe('the engine as a measuring instrument', () => {
  test.for(cases.filter((one) => !isBeside(one)))('holds to $proof, $name', holds);
  test.concurrent.for(cases.filter(isBeside))('holds to $proof, $name', holds);

  test('was judged, but for two of its proofs at most', () => {
    const open = outcomes.filter(({ outcome }) => outcome === 'not judged');
    process.stdout.write(`proofs: ${outcomes.length} run, ${open.length} not judged\n`);
    expect(open.length, open.map(outcomeText).join('\n')).toBeLessThanOrEqual(MOST_NOT_JUDGED);
  });
});

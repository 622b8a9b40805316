import { describe, expect, test } from 'vitest';
import { ownBench } from './own-bench.ts';
import { type CaseOutcome, outcomeText } from './proof.ts';
import { casesOf } from './proofs.ts';

/** Of a run of `npm test`: a host on which more cannot be judged is none to test on. */
const MOST_NOT_JUDGED = 2;

const outcomes: CaseOutcome[] = [];
const bench = ownBench(new AbortController().signal);

/** The full forms are `npm run test:proofs`. */
describe('the engine as a measuring instrument', () => {
  test.for(casesOf('short'))('holds to $proof, $name', async (one, { skip }) => {
    const outcome = await one.run(bench);
    outcomes.push(outcome);
    process.stdout.write(`${outcomeText(outcome)}\n`);
    // Neither passed nor failed: among the skipped ones, with the reason.
    if (outcome.outcome === 'not judged') skip(outcome.figures);
    expect(outcome.outcome, outcome.figures).toBe('passed');
  });

  test('was judged, but for two of its proofs at most', () => {
    const open = outcomes.filter(({ outcome }) => outcome === 'not judged');
    process.stdout.write(`proofs: ${outcomes.length} run, ${open.length} not judged\n`);
    expect(open.length, open.map(outcomeText).join('\n')).toBeLessThanOrEqual(MOST_NOT_JUDGED);
  });
});

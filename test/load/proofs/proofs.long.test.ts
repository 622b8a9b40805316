import { expect, test } from 'vitest';
import { OTHER_TOOLS } from './other-tools.ts';
import { ownBench } from './own-bench.ts';
import { outcomeText, type ProofCase } from './proof.ts';
import { casesOf, isLong } from './proofs.ts';

/** Those without a short form, minutes of windows each, and the short ones that `npm test` has no time for. */
const bench = ownBench(new AbortController().signal);

async function holds(one: ProofCase | undefined, skip: (why: string) => void): Promise<void> {
  const outcome = await one!.run(bench);
  process.stdout.write(`${outcomeText(outcome)}\n`);
  if (outcome.outcome === 'not judged') skip(outcome.figures);
  expect(outcome.outcome, outcome.figures).toBe('passed');
}

test.for(casesOf('short').filter(isLong))('the engine holds to $proof, $name', async (one, { skip }) => {
  await holds(one, skip);
});

test('trials of one server are told apart by nothing (T16)', async ({ skip }) => {
  await holds(casesOf('full', ['T16'])[0], skip);
});

OTHER_TOOLS.forEach(({ name, rps }, i) => {
  // What is not installed here is beside nobody.
  test.skipIf(rps === null)(`says the same as ${name} of a server that both can follow (T17)`, async ({ skip }) => {
    await holds(casesOf('full', ['T17'])[i], skip);
  });
});

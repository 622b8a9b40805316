import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processesOf } from '../e2e/processes-of.ts';
import { makeApplication } from './application.ts';
import { outcomeOf } from './counts.ts';
import { withGate } from './gate-run.ts';
import { type RunRecord, runRecord } from './run-record.ts';

/** About a third of what a request of the base costs here. */
const ITERATIONS = 6_000;
const DESIGN = { repetitions: 6, window_s: 1, expected_s: 0, power: 0, reaches: true };

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-validity-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The long form is `npm run test:validity`, which measures the cost, makes a design, and has its turn among others that measure. */
it('never passes a head that costs a third more, nor calls one slower that differs in a comment, and leaves nothing behind', async () => {
  const application = makeApplication(folder);
  const runs: RunRecord[] = [];
  const { signal } = new AbortController();
  const alone = async () => new AsyncDisposableStack();
  await withGate({ folder, application, signal, alone, say: () => undefined }, async (gate) => {
    for (const [kind, iterations] of [
      ['a-a', 0],
      ['plus-10', ITERATIONS],
    ] as const) {
      const run = await gate.measure({ ...DESIGN, head: application.head(iterations), seed: 1 });
      runs.push(runRecord(runs.length, kind, DESIGN, run));
    }
  });
  const [same, dearer] = runs;
  process.stdout.write(`${runs.map((run) => JSON.stringify(run)).join('\n')}\n`);
  expect([same?.status, dearer?.status]).toEqual(['succeeded', 'succeeded']);
  // A host that is busy with others leaves both open.
  expect(outcomeOf(same!)).toMatch(/^(not slower|inconclusive)$/);
  expect(outcomeOf(dearer!)).toMatch(/^(slower|inconclusive)$/);
  expect(dearer?.cost?.lo).toBeGreaterThan(1);
  expect(processesOf(folder)).toEqual([]);
});

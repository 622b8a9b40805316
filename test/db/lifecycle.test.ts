import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasEnded } from '../../src/core/job.ts';
import { listEvents } from '../../src/db/events.ts';
import { useDatabase } from './database.ts';
import { type Seen, agrees, seen } from './invariants.ts';
import { begin, HOSTS, run, step } from './job-walk.ts';
import { arrow, drawnArrows } from './lifecycle-arrows.ts';

/** Two hosts, one job, and anything in any order: whatever happens, CHECKs hold and the rules of docs/job-lifecycle.md, too. */
const database = useDatabase();

function follows(before: Seen, after: Seen): void {
  if (hasEnded(before.job.state)) expect(after).toEqual(before);
  for (const trial of before.trials) expect(after.trials).toContainEqual(trial);
  expect(after.job.generation).toBeGreaterThanOrEqual(before.job.generation);
  expect(after.experiment.version).toBeGreaterThanOrEqual(before.experiment.version);
  const visible = ({ experiment: { status, trials_done, progress: said, events_count, host: of } }: Seen) =>
    JSON.stringify([status, trials_done, said, events_count, of]);
  const changed = visible(before) !== visible(after);
  expect(after.experiment.version > before.experiment.version).toBe(changed);
}

/** 600 steps: each of the ends is met several times, in a few seconds. */
const RUNS = 20;
const TIMEOUT_MS = 60_000;

test(
  'Whatever two hosts, users and time do to a job, its states agree, its end is final and its trials stay',
  { timeout: TIMEOUT_MS },
  async () => {
    const ends = new Map<string, number>();
    const drawn = drawnArrows();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
        const world = await begin(database.db);
        for (const h of HOSTS) await run(world, { do: 'open', host: h });
        let before = await seen(world.db, world.experiment);
        for (const action of steps) {
          await run(world, action);
          const after = await seen(world.db, world.experiment);
          agrees(after);
          follows(before, after);
          if (before.job.state !== after.job.state) expect(drawn).toContain(arrow(before.job.state, after.job.state));
          before = after;
        }
        const events = await listEvents(world.db, world.project, world.experiment.id, { after: 0, limit: 1000 });
        expect(events?.map((event) => event.seq)).toEqual(events?.map((_event, i) => i + 1));
        const end = `${before.job.state} ${before.job.reason ?? ''}`.trim();
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }),
      { numRuns: RUNS, seed: 3, endOnFailure: true },
    );
    // The walk would prove little if it always ended in the same place.
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining(['canceled canceled', 'failed fail-fast', 'failed runner-lost']),
    );
  },
);

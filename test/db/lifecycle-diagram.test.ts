import { expect, test } from 'vitest';
import { useDatabase } from './database.ts';
import { agrees, seen } from './invariants.ts';
import { begin, run, type Step } from './job-walk.ts';
import { arrow, drawnArrows } from './lifecycle-arrows.ts';

const database = useDatabase();

const host = 'host-one';
const open: Step = { do: 'open', host };
const claim: Step = { do: 'claim', host };
const start: Step = { do: 'start', host };
const beat: Step = { do: 'beat', host };
const cancel: Step = { do: 'cancel' };
const finish = (as: 'succeeded' | 'failed' | 'canceled'): Step => ({ do: 'finish', host, as });
const unstarted: Step = { do: 'pass', s: 40 };
const silent: Step = { do: 'pass', s: 95 };
const all: Step[] = [0, 1].flatMap((block) =>
  [0, 1].map((cell): Step => ({ do: 'put', host, place: { block, cell }, n: 0 })),
);

/** A way to each arrow of the diagram, after the runner's session has opened; the arrow is its last step. */
const WAYS: Readonly<Record<string, readonly Step[]>> = {
  'queued --> claimed': [claim],
  'queued --> running': [claim, start, silent, beat],
  'queued --> succeeded': [claim, start, ...all, silent, finish('succeeded')],
  'queued --> failed': [claim, start, silent, finish('failed')],
  'queued --> canceled': [cancel],
  'claimed --> queued': [claim, unstarted],
  'claimed --> running': [claim, start],
  'claimed --> canceling': [claim, cancel],
  'claimed --> succeeded': [claim, ...all, finish('succeeded')],
  'claimed --> failed': [claim, finish('failed')],
  'claimed --> canceled': [claim, finish('canceled')],
  'running --> queued': [claim, start, silent],
  'running --> claimed': [claim, start, open],
  'running --> canceling': [claim, start, cancel],
  'running --> succeeded': [claim, start, ...all, finish('succeeded')],
  'running --> failed': [claim, start, finish('failed')],
  'running --> canceled': [claim, start, finish('canceled')],
  'canceling --> succeeded': [claim, start, ...all, cancel, finish('succeeded')],
  'canceling --> canceled': [claim, start, cancel, finish('failed')],
};

test('The diagram of docs/job-lifecycle.md draws the arrows that there is a way to, each once', () => {
  expect(drawnArrows().toSorted()).toEqual(Object.keys(WAYS).toSorted());
});

test.each(Object.entries(WAYS))('%s is taken, and every step on the way to it is drawn', async (last, steps) => {
  const world = await begin(database.db);
  const taken: string[] = [];
  let before = await seen(world.db, world.experiment);
  for (const action of [open, ...steps]) {
    await run(world, action);
    const after = await seen(world.db, world.experiment);
    agrees(after);
    if (before.job.state !== after.job.state) taken.push(arrow(before.job.state, after.job.state));
    before = after;
  }
  expect(taken.at(-1)).toBe(last);
  expect(drawnArrows()).toEqual(expect.arrayContaining(taken));
});

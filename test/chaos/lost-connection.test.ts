import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { forget, startWorld } from './world.ts';

const ROUNDS = 20;
const AT_ONCE = 8;
/** A submit is a transaction of about this length. */
const WITHIN_MS = 12;

it('the service outlives connections to its database that break inside transactions, and half of none is stored', async () => {
  const world = await startWorld({ seed: 1, withRunner: false });
  const random = seededRandom(1, 'cuts');
  try {
    await world.service.submit(smallSpec());
    const { pid } = world.api;
    for (let round = 0; round < ROUNDS; round += 1) {
      const submits = Array.from({ length: AT_ONCE }, () => world.service.once('POST', '/v1/experiments', smallSpec()));
      await delay(WITHIN_MS * random());
      world.toDatabase.cut(0);
      await Promise.all(submits);
    }
    expect(await world.service.submit(smallSpec())).toMatch(/^exp_/);
    expect(world.api.incidents).toEqual([]);
    expect(world.api.pid).toBe(pid);
    const [halves] = await world.sql<{ n: number }[]>`
      SELECT count(*)::int AS n FROM experiments e WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.experiment_id = e.id)
        OR NOT EXISTS (SELECT 1 FROM events v WHERE v.experiment_id = e.id)`;
    expect(halves?.n).toBe(0);
  } finally {
    await world.stop();
    forget(world);
  }
});

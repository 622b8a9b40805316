import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { ServiceApi } from './service-api.ts';
import { forget, startWorld, type World } from './world.ts';

let world: World;
const WAIT = { timeout: 20_000, interval: 20 };
beforeAll(async () => {
  world = await startWorld({ seed: 1, withRunner: false });
  await world.service.submit(smallSpec());
});
afterAll(async () => {
  await world.stop();
  forget(world);
});

async function count(): Promise<number> {
  const [row] = await world.sql<{ n: number }[]>`SELECT count(*)::int AS n FROM experiments`;
  return row?.n ?? 0;
}

describe('a service under faults', () => {
  it('outlives connections to its database that break inside transactions, and stores half of none', async () => {
    const random = seededRandom(1, 'cuts');
    const { pid } = world.api;
    for (let round = 0; round < 10; round += 1) {
      const submits = Array.from({ length: 8 }, () => world.service.once('POST', '/v1/experiments', smallSpec()));
      // A submit is a transaction of about this length.
      await delay(12 * random());
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
  });

  it('makes one experiment of a submit that is repeated after kill -9 of the service between commit and answer', async () => {
    const viaLink = new ServiceApi(`http://127.0.0.1:${world.toApi.port}`, world.key);
    for (let round = 1; round <= 3; round += 1) {
      const before = await count();
      const headers = { 'Idempotency-Key': randomUUID() };
      // The answer is on its way, so the commit is done; nobody ever sees it.
      world.toApi.swallowNextAnswer(() => void world.api.kill());
      expect(await viaLink.once('POST', '/v1/experiments', smallSpec(), headers)).toBeNull();
      const [made] = await world.sql<{ id: string }[]>`SELECT id FROM experiments ORDER BY created_at DESC LIMIT 1`;
      expect(await viaLink.submit(smallSpec(), headers)).toBe(made?.id);
      expect(await count()).toBe(before + 1);
    }
  });

  it('lets a runner that is deleted while it waits for work open another session, and go on', async () => {
    const opened = () => world.events.flatMap((event) => (event.type === 'session-opened' ? [event.runner_id] : []));
    world.runner.start();
    const first = await vi.waitUntil(() => opened()[0], WAIT);
    const gone = await fetch(`${world.service.url}/v1/runners/${first}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${world.key}` },
    });
    expect(gone.status).toBe(204);
    const second = await vi.waitUntil(() => opened()[1], WAIT);
    expect(second).not.toBe(first);
    expect(world.runner.incidents).toEqual([]);
  });
});

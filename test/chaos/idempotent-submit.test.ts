import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { smallSpec } from '../fixtures/spec.ts';
import { ServiceApi } from './service-api.ts';
import { forget, startWorld } from './world.ts';

const ROUNDS = 5;

it('makes one experiment of a submit that is repeated after kill -9 of the service between commit and answer', async () => {
  const world = await startWorld({ seed: 1, withRunner: false });
  try {
    const viaLink = new ServiceApi(`http://127.0.0.1:${world.toApi.port}`, world.key);
    for (let round = 1; round <= ROUNDS; round += 1) {
      const headers = { 'Idempotency-Key': randomUUID() };
      // The answer is on its way, so the commit is done; nobody ever sees it.
      world.toApi.swallowNextAnswer(() => void world.api.kill());
      expect(await viaLink.once('POST', '/v1/experiments', smallSpec(), headers)).toBeNull();
      const [made] = await world.sql<{ id: string }[]>`SELECT id FROM experiments ORDER BY created_at DESC LIMIT 1`;
      expect(await viaLink.submit(smallSpec(), headers)).toBe(made?.id);
      const [count] = await world.sql<{ n: number }[]>`SELECT count(*)::int AS n FROM experiments`;
      expect(count?.n).toBe(round);
    }
  } finally {
    await world.stop();
    forget(world);
  }
});

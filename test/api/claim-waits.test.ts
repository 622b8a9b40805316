import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createQueueBell, type QueueBell } from '../../src/api/queue-bell.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { runnerOf } from './runner-client.ts';
import { startApi } from './service.ts';

it('A claim that is answered at once leaves no wait for the bell behind', async () => {
  const real = createQueueBell();
  const waits: Promise<boolean>[] = [];
  const bell: QueueBell = {
    ring: (job) => real.ring(job),
    close: () => real.close(),
    get closed() {
      return real.closed;
    },
    wait: (...given) => {
      const wait = real.wait(...given);
      waits.push(wait);
      return wait;
    },
  };
  const project = await (await startApi({ bell })).project();
  await project.send('POST', '/v1/experiments', { json: smallSpec() });
  const { session_id } = await runnerOf(project).register();
  expect((await runnerOf(project).claim(session_id, 'claim-0001', 20)).status).toBe(200);
  expect(waits).toHaveLength(1);
  expect(await Promise.race([waits[0], turn('still waits')])).toBe(false);
});

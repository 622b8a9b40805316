import { expect, test } from 'vitest';
import { createQueueBell } from '../../src/api/queue-bell.ts';

/** Longer than any test: who is not woken is still waiting when the bell closes. */
const LONG_MS = 60_000;
const JOB = { project_id: 'prj_1', needs: ['fastapi/uvicorn'], runner_labels: {} };

test('A ring wakes all who wait; a ring for a job those whom it concerns', async () => {
  const bell = createQueueBell();
  const anybody = bell.wait(LONG_MS);
  const one = bell.wait(LONG_MS, undefined, (job) => job.project_id === 'prj_1');
  const other = bell.wait(LONG_MS, undefined, (job) => job.project_id === 'prj_2');
  bell.ring(JOB);
  expect(await Promise.all([anybody, one])).toEqual([true, true]);
  bell.ring();
  expect(await other).toBe(true);
});

test('Who is not concerned waits on, until the bell is closed', async () => {
  const bell = createQueueBell();
  const other = bell.wait(LONG_MS, undefined, () => false);
  bell.ring(JOB);
  bell.close();
  expect(await other).toBe(false);
  expect(await bell.wait(LONG_MS)).toBe(false);
});

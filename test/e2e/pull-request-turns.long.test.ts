import { afterAll, beforeAll, expect, it } from 'vitest';
import { SERVER } from '../runner/git/versioned.ts';
import { type PullRequestWorld, SMALL_TEMPLATE, startPullRequestWorld, WORKS } from './pull-request-world.ts';

let world: PullRequestWorld;
let base_sha = '';
beforeAll(async () => {
  world = await startPullRequestWorld({ template: SMALL_TEMPLATE });
  base_sha = world.commit(SERVER);
});
afterAll(() => world[Symbol.asyncDispose]());

const at = (hour: number) => ({ base_sha, updated_at: `2026-11-20T${hour}:00:00Z` });

/** A name that git lets a branch have, and that would end a string of the template. */
const branch = 'x"}, evil: {';

it('A newer push cancels what runs for the older commit, and is measured itself; each has the status that it should', async () => {
  const [older, newer] = ['// first', '// second'].map((comment) => world.commit(`${comment}\n${SERVER}`, 7));
  if (older === undefined || newer === undefined) throw new Error('two commits were made');
  const runner = await world.startRunner();
  const first = await world.deliver({ number: 7, branch, head_sha: older, ...at(10) });
  await expect
    .poll(async () => (await world.experiment(first.experiment_id)).trials_done, { timeout: 60_000, interval: 50 })
    .toBeGreaterThan(0);
  const second = await world.deliver({ action: 'synchronize', number: 7, branch, head_sha: newer, ...at(11) });
  await world.decided(older);
  await world.decided(newer);
  const superseded = await world.experiment(first.experiment_id);
  expect(superseded).toMatchObject({ status: 'canceled', trials_planned: 4 });
  expect(superseded.trials_done).toBeLessThan(4);
  expect(await world.experiment(second.experiment_id)).toMatchObject({
    status: 'succeeded',
    trials_done: 4,
    labels: { branch, commit: newer },
  });
  expect(world.statusesOf(older).at(-1)).toBe('error: the experiment was canceled');
  expect(world.statusesOf(newer)[0]).toMatch(/^pending: /);
  expect(world.statusesOf(newer).at(-1)).toMatch(WORKS);
  // A canceled run has nothing to say, and one that did not fail neither.
  expect(world.github.comments.size).toBe(0);
  await runner.stop();
});

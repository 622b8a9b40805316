import { afterAll, beforeAll, expect, it } from 'vitest';
import { mayBecomeOthers, OTHER_USER } from '../runner/git/other-user.ts';
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

/** Answers right only as that user. */
const asUser = (uid: number) => SERVER.replace('const isKnown =', `const isKnown = process.getuid() === ${uid} &&`);

it.skipIf(!mayBecomeOthers())(
  'A pull request of a fork waits: nothing of it is fetched until it is approved, and then it runs as another user or not at all',
  async () => {
    const head_sha = world.commit(asUser(OTHER_USER.uid), 8);
    const fork = { number: 8, fork: true, branch: 'main', head_sha } as const;
    let runner = await world.startRunner(null);
    const waiting = await world.deliver({ ...fork, ...at(10) });
    expect(waiting).toMatchObject({ outcome: 'waiting-approval', experiment_id: null });
    // Meanwhile the same runner takes what came later.
    const own_sha = world.commit(`// own\n${SERVER}`, 9);
    await world.deliver({ number: 9, head_sha: own_sha, ...at(11) });
    await world.decided(own_sha);
    expect(world.isFetched(own_sha)).toBe(true);
    expect(world.statusesOf(head_sha)).toEqual([`pending: ${waiting.says}`]);
    expect(world.isFetched(head_sha)).toBe(false);

    const approved = (await (await world.approve(waiting)).json()) as { experiment_id: string };
    await world.decided(head_sha);
    expect(world.statusesOf(head_sha).at(-1)).toBe('error: the experiment failed: no ok trial');
    expect(world.isFetched(head_sha)).toBe(false);
    const { trials } = await world.results(approved.experiment_id);
    expect(new Set(trials.map(({ reason }) => reason))).toEqual(new Set(['untrusted-refused']));
    await runner.stop();

    // The approval is of the commit: another run of it needs no second one.
    runner = await world.startRunner(OTHER_USER.name);
    const again = await world.deliver({ ...fork, action: 'reopened', ...at(12) });
    expect(again.outcome).toBe('started');
    await expect.poll(() => world.statusesOf(head_sha).at(-1), { timeout: 60_000, interval: 100 }).toMatch(WORKS);
    expect(await world.experiment(again.experiment_id)).toMatchObject({ status: 'succeeded', origin: { fork: true } });
    const measured = await world.results(again.experiment_id);
    expect(new Set(measured.trials.map(({ state }) => state))).toEqual(new Set(['ok']));
    // Whoever pushes again waits again.
    const newer_sha = world.commit(`// more\n${asUser(OTHER_USER.uid)}`, 8);
    const newer = await world.deliver({ ...fork, action: 'synchronize', head_sha: newer_sha, ...at(13) });
    expect(newer.outcome).toBe('waiting-approval');
    await runner.stop();
    expect(world.isFetched(newer_sha)).toBe(false);
  },
);

it('A head that does not build makes no verdict: its status says that no trial could be run, and the results say why', async () => {
  const head_sha = world.commit('{ this is no program', 10);
  const runner = await world.startRunner();
  const came = await world.deliver({ number: 10, head_sha, ...at(10) });
  await world.decided(head_sha);
  expect(world.statusesOf(head_sha).at(-1)).toBe('success: inconclusive, not passed: no trial of a cell could be run');
  const { trials } = await world.results(came.experiment_id);
  const [first] = trials.filter(({ deployment: id }) => id === 'head');
  expect(first).toMatchObject({ state: 'error', step: 'provision', reason: 'provision-failed' });
  expect(world.isFetched(head_sha)).toBe(false);
  await runner.stop();
});

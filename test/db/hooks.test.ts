import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { approveWaiting } from '../../src/db/hook-approve.ts';
import { getHookDelivery, listHookDeliveries } from '../../src/db/hook-deliveries.ts';
import { receiveDelivery } from '../../src/db/hook-receive.ts';
import { rotateHookSecret } from '../../src/db/hook-secrets.ts';
import { changeHook, createHook, deleteHook, findHook, getHook, hookPurpose, MAX_HOOKS } from '../../src/db/hooks.ts';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { deleteExperiment } from '../../src/db/experiments.ts';
import { deleteProject } from '../../src/db/projects.ts';
import { prune } from '../../src/db/prune.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { hookDeliveries, hooks, pullRequests } from '../../src/db/schema/hooks.ts';
import { getSecret } from '../../src/db/secrets.ts';
import { useDatabase } from './database.ts';
import {
  experimentFor,
  keptHook,
  newDelivery,
  newHook,
  pullChange,
  received,
  secretRow,
  workOf,
} from './hook-world.ts';
import { outboxOf } from './outbox-world.ts';
import { experimentOf, newProject } from './world.ts';

const database = useDatabase();

async function one() {
  const { db } = database;
  const project_id = await newProject(db);
  return { db, project_id, hook: await keptHook(db, project_id) };
}

describe('A hook', () => {
  test('is one of so many at most, also when two come at once', async () => {
    const { db } = database;
    const project_id = await newProject(db);
    for (let n = 1; n < MAX_HOOKS; n += 1) await keptHook(db, project_id);
    const make = () => {
      const hook = newHook(project_id);
      return createHook(db, hook, [secretRow(hookPurpose(hook.id, 'secret'))]);
    };
    const made = await Promise.all([make(), make()]);
    expect(made.filter((row) => row === 'full')).toHaveLength(1);
  });

  test('whose name is taken leaves no secret behind', async () => {
    const { db, project_id, hook } = await one();
    const again = newHook(project_id, { name: hook.name });
    const purpose = hookPurpose(again.id, 'secret');
    expect(await createHook(db, again, [secretRow(purpose)])).toBe('name-taken');
    expect(await getSecret(db, purpose)).toBeNull();
    const other = await keptHook(db, project_id);
    expect(await changeHook(db, project_id, other.id, { name: hook.name })).toBe('name-taken');
    expect(await changeHook(db, project_id, other.id, {})).toEqual(other);
  });

  test('is found by its provider and id, whatever the project', async () => {
    const { db, hook } = await one();
    expect(await findHook(db, 'github', hook.id)).toEqual(hook);
    expect(await findHook(db, 'gitlab', hook.id)).toBeNull();
    expect(await getHook(db, await newProject(db), hook.id)).toBeNull();
  });

  test('goes with its project, and its secrets with it', async () => {
    const { db, project_id, hook } = await one();
    expect(await deleteProject(db, project_id)).toBe('deleted');
    expect(await findHook(db, 'github', hook.id)).toBeNull();
    expect(await getSecret(db, hookPurpose(hook.id, 'secret'))).toBeNull();
  });

  test('has its secret rotated once by two who read the same', async () => {
    const { db, project_id, hook } = await one();
    const from = await getSecret(db, hookPurpose(hook.id, 'secret'));
    const rotate = () =>
      rotateHookSecret(db, project_id, hook.id, {
        from: from!,
        current: secretRow(hookPurpose(hook.id, 'secret')),
        previous: secretRow(hookPurpose(hook.id, 'previous')),
        overlap_s: 60,
      });
    const answers = await Promise.all([rotate(), rotate()]);
    expect(answers.filter((answer) => answer === 'changed')).toHaveLength(1);
  });

  test('forgets the secret before when its time is over', async () => {
    const { db, project_id, hook } = await one();
    const previous = hookPurpose(hook.id, 'previous');
    await rotateHookSecret(db, project_id, hook.id, {
      from: (await getSecret(db, hookPurpose(hook.id, 'secret')))!,
      current: secretRow(hookPurpose(hook.id, 'secret')),
      previous: secretRow(previous),
      overlap_s: 60,
    });
    await prune(db);
    expect(await getSecret(db, previous)).not.toBeNull();
    await db
      .update(hooks)
      .set({ previous_until: sql`now() - interval '1 second'` })
      .where(eq(hooks.id, hook.id));
    await prune(db);
    expect(await getSecret(db, previous)).toBeNull();
    expect(await getHook(db, project_id, hook.id)).toMatchObject({ previous_until: null });
  });
});

describe('An event', () => {
  test('and what follows from it are stored together or not at all', async () => {
    const { db, project_id, hook } = await one();
    const first = await received(db, hook, pullChange('a', 1));
    const broken = workOf(hook, pullChange('b', 2));
    if (broken.kind !== 'change' || broken.plan?.ok !== true) throw new Error('no plan');
    const { created } = broken.plan;
    const clash = { ...created, experiment: { ...created.experiment, id: first.experiment_id ?? '' } };
    const delivery = newDelivery(hook);
    await expect(receiveDelivery(db, delivery, { ...broken, plan: { ok: true, created: clash } })).rejects.toThrow();
    // Neither the delivery, nor the pull request, nor the cancellation.
    const { deliveries } = (await listHookDeliveries(db, project_id, hook.id, { limit: 10, before: null }))!;
    expect(deliveries.map(({ id }) => id)).toEqual([first.id]);
    expect((await experimentOf(db, first.experiment_id ?? '')).status).toBe('queued');
    expect(await receiveDelivery(db, delivery, broken)).toMatchObject({ kind: 'received' });
    expect((await experimentOf(db, first.experiment_id ?? '')).status).toBe('canceled');
  });

  test('that finds no room in the queue leaves everything as it was', async () => {
    const { db, project_id, hook } = await one();
    const first = await received(db, hook, pullChange('a', 1));
    await db.execute(sql`update projects set max_queued = 0 where id = ${project_id}`);
    const second = newDelivery(hook);
    expect(await receiveDelivery(db, second, workOf(hook, pullChange('b', 2)))).toEqual({
      kind: 'quota-exceeded',
      max_queued: 0,
    });
    expect((await experimentOf(db, first.experiment_id ?? '')).status).toBe('queued');
    expect(await getHookDelivery(db, project_id, hook.id, second.id)).toBeNull();
  });

  test('takes the place of what it supersedes also in a queue that is full', async () => {
    const { db, project_id, hook } = await one();
    await received(db, hook, pullChange('a', 1));
    await db.execute(sql`update projects set max_queued = 1 where id = ${project_id}`);
    expect(await received(db, hook, pullChange('b', 2))).toMatchObject({ outcome: 'started' });
  });

  test('that makes no valid spec has a status that says why, in whole characters', async () => {
    const { db } = database;
    const project_id = await newProject(db);
    const hook = await keptHook(db, project_id, { has_token: true, api_url: 'https://api.github.com' });
    const change = pullChange('a', 1);
    const plan = { ok: false, says: `${'x'.repeat(139)}🐛` } as const;
    await receiveDelivery(db, newDelivery(hook), { kind: 'change', change, plan });
    const [status] = await outboxOf(db, project_id);
    expect(status?.payload['data']).toMatchObject({ state: 'error', says: 'x'.repeat(139) });
  });

  test('of a hook that was deleted meanwhile is told so', async () => {
    const { db, project_id, hook } = await one();
    await deleteHook(db, project_id, hook.id);
    expect(await receiveDelivery(db, newDelivery(hook), workOf(hook, pullChange('a', 1)))).toEqual({
      kind: 'not-found',
    });
    const approved = approveWaiting(db, hook.id, pullChange('a', 1), experimentFor(hook, pullChange('a', 1)));
    expect(await approved).toEqual({ kind: 'not-waiting' });
  });

  test('is known for 30 days, and a closed pull request as long', async () => {
    const { db, project_id, hook } = await one();
    const old = await received(db, hook, pullChange('a', 1));
    const young = await received(db, hook, pullChange('b', 2));
    const month = sql`now() - interval '31 days'`;
    await db.update(hookDeliveries).set({ received_at: month }).where(eq(hookDeliveries.id, old.id));
    const known = () => db.select().from(pullRequests).where(eq(pullRequests.hook_id, hook.id));
    await db.update(pullRequests).set({ updated_at: month }).where(eq(pullRequests.hook_id, hook.id));
    expect(await prune(db)).toMatchObject({ hook_rows: 1, more: false });
    const { deliveries } = (await listHookDeliveries(db, project_id, hook.id, { limit: 10, before: null }))!;
    expect(deliveries.map(({ id }) => id)).toEqual([young.id]);
    expect(await known()).toHaveLength(1);
    await db.update(pullRequests).set({ is_open: false }).where(eq(pullRequests.hook_id, hook.id));
    await prune(db);
    expect(await known()).toEqual([]);
  });

  test('of a generic hook, of which nobody tells that a pull request is closed, is as long the last that is known of it', async () => {
    const { db } = database;
    const hook = await keptHook(db, await newProject(db), { provider: 'generic', events: ['generic'] });
    for (const number of [1, 2]) await received(db, hook, pullChange(`${number}`, 1, { number }));
    const known = () => db.select().from(pullRequests).where(eq(pullRequests.hook_id, hook.id));
    await db
      .update(pullRequests)
      .set({ updated_at: sql`now() - make_interval(days => 27 + 2 * ${pullRequests.number})` })
      .where(eq(pullRequests.hook_id, hook.id));
    await prune(db);
    expect((await known()).map(({ number }) => number)).toEqual([1]);
  });

  test('keeps naming an experiment that was deleted since', async () => {
    const { db, project_id, hook } = await one();
    const { experiment_id, id } = await received(db, hook, pullChange('a', 1));
    await requestCancel(db, project_id, experiment_id ?? '');
    expect(await deleteExperiment(db, project_id, experiment_id ?? '')).toBe('deleted');
    expect((await getHookDelivery(db, project_id, hook.id, id))?.delivery.experiment_id).toBe(experiment_id);
    expect(await db.select().from(experiments).where(eq(experiments.project_id, project_id))).toEqual([]);
  });
});

test('A pull request that waits is open, of a fork, and has no experiment', async () => {
  const { db, hook } = await one();
  await received(db, hook, pullChange('a', 1, { fork: true }));
  const illegal = (set: Partial<typeof pullRequests.$inferInsert>) =>
    expect(db.update(pullRequests).set(set).where(eq(pullRequests.hook_id, hook.id))).rejects.toMatchObject({
      cause: expect.objectContaining({ message: expect.stringContaining('pull_requests_waiting') }),
    });
  await illegal({ is_open: false });
  await illegal({ fork: false });
  await illegal({ experiment_id: 'exp_1' });
});

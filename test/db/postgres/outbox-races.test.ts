import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { leaseDeliveries } from '../../../src/db/delivery-lease.ts';
import { recordAttempt } from '../../../src/db/delivery-record.ts';
import { finishJob } from '../../../src/db/job-finish.ts';
import { noteOutbound } from '../../../src/db/outbox.ts';
import { noteCommitStatus } from '../../../src/db/outbox-hooks.ts';
import { prunePreviousSecrets } from '../../../src/db/prune-deliveries.ts';
import { webhooks } from '../../../src/db/schema/webhooks.ts';
import {
  changeWebhook,
  createWebhook,
  getWebhook,
  listWebhooks,
  MAX_WEBHOOKS,
  secretPurpose,
} from '../../../src/db/webhooks.ts';
import { giveOrigin, HEAD, makeHook, makeWebhook, originOf, outboxOf, REPO } from '../outbox-world.ts';
import { id, jobOf, newProject, startedJob } from '../world.ts';
import { hold, inTurn } from './contend.ts';
import { useTwoClients } from './two-clients.ts';

const clients = useTwoClients();

test.each([
  ['deleted', (webhook: string) => `DELETE FROM webhooks WHERE id = '${webhook}'`],
  [
    'disabled',
    (webhook: string) => `UPDATE webhooks SET disabled_at = now(), disabled_reason = 'owner' WHERE id = '${webhook}'`,
  ],
])('A job ends though a webhook is being %s at that moment, which is then not told', async (_, statement) => {
  const { one, direct } = clients;
  const { project_id, lease } = await startedJob(one);
  const webhook = await makeWebhook(one, project_id);
  await using held = await hold(direct, statement(webhook.id));
  const finishing = finishJob(one, { ...lease, outcome: 'failed', reason: 'fail-fast' });
  await held.waiters(1);
  await held.release();
  expect(await finishing).toMatchObject({ kind: 'finished' });
  expect(await jobOf(one, lease.job_id)).toMatchObject({ state: 'failed' });
  expect(await outboxOf(one, project_id)).toEqual([]);
});

test('A job ends though its hook is being deleted at that moment', async () => {
  const { one, direct } = clients;
  const { project_id, experiment, lease } = await startedJob(one);
  const hook = await makeHook(one, project_id);
  await giveOrigin(one, experiment.id, originOf(hook.id));
  await using held = await hold(direct, `DELETE FROM hooks WHERE id = '${hook.id}'`);
  const finishing = finishJob(one, { ...lease, outcome: 'failed', reason: 'fail-fast' });
  await held.waiters(1);
  await held.release();
  expect(await finishing).toMatchObject({ kind: 'finished' });
  expect(await outboxOf(one, project_id)).toEqual([]);
});

test('Who disables a webhook waits for changes that are telling it, and drops what they have noted', async () => {
  const { one, two, direct } = clients;
  const project_id = await newProject(one);
  const webhook = await makeWebhook(one, project_id);
  await using watch = await hold(direct, 'SELECT 1');
  const { disabling } = await one.transaction(async (tx) => {
    await noteOutbound(tx, { project_id, type: 'runner.online', experiment_id: null, data: {} });
    const begun = changeWebhook(two, project_id, webhook.id, { disabled: true });
    await watch.waiters(1);
    return { disabling: begun };
  });
  expect(await disabling).toMatchObject({ disabled_reason: 'owner' });
  expect(await outboxOf(one, project_id)).toMatchObject([{ state: 'dropped' }]);
});

test('Two senders that look at once share what is due: nothing is sent twice, nothing is left', async () => {
  const { one, two, direct } = clients;
  const project_id = await newProject(one);
  const hooks = await Promise.all(Array.from({ length: 4 }, () => makeWebhook(one, project_id)));
  await one.transaction((tx) => noteOutbound(tx, { project_id, type: 'runner.online', experiment_id: null, data: {} }));
  const [first, second] = await inTurn(direct, 'LOCK TABLE deliveries IN EXCLUSIVE MODE', [
    () => leaseDeliveries(one, 50),
    () => leaseDeliveries(two, 50),
  ]);
  const leased = [...first, ...second].filter((each) => each.project_id === project_id).map((each) => each.id);
  expect(leased).toHaveLength(hooks.length);
  expect(new Set(leased).size).toBe(hooks.length);
});

test('An attempt that ends a webhook (410) and one at another of its deliveries do not wait for each other for ever', async () => {
  const { one, two } = clients;
  const project_id = await newProject(one);
  await makeWebhook(one, project_id);
  for (let n = 0; n < 2; n += 1)
    await one.transaction((tx) =>
      noteOutbound(tx, { project_id, type: 'runner.online', experiment_id: null, data: {} }),
    );
  const [gone, other] = (await leaseDeliveries(one, 50)).filter((each) => each.project_id === project_id);
  const came = { status: 410, error: null, duration_ms: 1, answer: '' };
  await Promise.all([
    recordAttempt(one, gone!, { ...came, outcome: { kind: 'gone' } }),
    recordAttempt(two, other!, { ...came, status: 200, outcome: { kind: 'succeeded' } }),
  ]);
  const [first, second] = await outboxOf(one, project_id);
  expect(first).toMatchObject({ state: 'failed', attempts: 1 });
  expect(['succeeded', 'dropped']).toContain(second?.state);
});

test('A project gets no more webhooks than it may have when several are made at once', async () => {
  const { one, two, direct } = clients;
  const project_id = await newProject(one);
  for (let n = 1; n < MAX_WEBHOOKS; n += 1) await makeWebhook(one, project_id);
  const make = (db: typeof one) => () => {
    const webhook = { id: id('webhook'), project_id, url: 'https://example.com/', description: '', events: [] };
    const secret = { id: id('secret'), purpose: secretPurpose(webhook.id, 'current'), key_id: 'k1', sealed: 'AAAA' };
    return createWebhook(db, webhook, secret);
  };
  const made = await inTurn(direct, `SELECT id FROM projects WHERE id = '${project_id}' FOR UPDATE`, [
    make(one),
    make(two),
  ]);
  expect(made.filter((row) => row === null)).toHaveLength(1);
  expect(await listWebhooks(one, project_id)).toHaveLength(MAX_WEBHOOKS);
});

test('A status that comes while another sender takes the one before is not sent beside it', async () => {
  const { one, two, direct } = clients;
  const { id: hook_id, project_id } = await makeHook(one, await newProject(one));
  const other = await makeHook(one, project_id, { name: 'other' });
  const status = (says: string) => ({ hook_id, repo: REPO, head_sha: HEAD, state: 'pending' as const, says });
  await one.transaction((tx) => noteCommitStatus(tx, status('earlier')));
  for (const says of ['overtaken', 'latest'])
    await one.transaction((tx) => noteCommitStatus(tx, { ...status(says), hook_id: other.id }));
  const [earlier, overtaken] = await outboxOf(one, project_id);
  await using dropping = await hold(direct, `SELECT 1 FROM deliveries WHERE id = '${overtaken!.id}' FOR UPDATE`);
  const lease = `UPDATE deliveries SET leased_until = now() + interval '1 minute' WHERE id = '${earlier!.id}'`;
  const { looking } = await one.transaction(async (tx) => {
    // The later one is due since its transaction has begun.
    await tx.execute(sql`select 1`);
    const begun = leaseDeliveries(two, 50);
    // Who looks has seen by now what is overtaken, and waits to drop it.
    await dropping.waiters(1);
    await noteCommitStatus(tx, status('later'));
    return { looking: begun };
  });
  await using taking = await hold(direct, lease);
  await dropping.release();
  expect((await looking).map(({ hook }) => hook?.name)).toEqual(['other']);
  await taking.release();
});

test('Secrets that are rotated out are forgotten without waiting for a change that tells of them', async () => {
  const { one, direct } = clients;
  const project_id = await newProject(one);
  const [told, free] = [await makeWebhook(one, project_id), await makeWebhook(one, project_id)];
  await one
    .update(webhooks)
    .set({ previous_until: sql`now() - interval '1 second'` })
    .where(eq(webhooks.project_id, project_id));
  await using telling = await hold(direct, `SELECT 1 FROM webhooks WHERE id = '${told.id}' FOR SHARE`);
  expect(await prunePreviousSecrets(one)).toBe(1);
  expect(await getWebhook(one, project_id, free.id)).toMatchObject({ previous_until: null });
  await telling.release();
  expect(await prunePreviousSecrets(one)).toBe(1);
});

import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import { type LeasedDelivery, leaseDeliveries } from '../../src/db/delivery-lease.ts';
import { type Attempt, recordAttempt, releaseDelivery } from '../../src/db/delivery-record.ts';
import { noteCommitStatus } from '../../src/db/outbox-hooks.ts';
import { noteOutbound } from '../../src/db/outbox.ts';
import { deliveries } from '../../src/db/schema/webhooks.ts';
import { changeWebhook, getWebhook } from '../../src/db/webhooks.ts';
import { useDatabase } from './database.ts';
import { attemptsAt, HEAD, leaseOf, makeHook, makeWebhook, outboxOf, passOutbox, REPO } from './outbox-world.ts';
import { newProject } from './world.ts';

const database = useDatabase();

const note = (db: Db, project_id: string, count = 1) =>
  db.transaction(async (tx) => {
    for (let n = 0; n < count; n += 1)
      await noteOutbound(tx, { project_id, type: 'runner.online', experiment_id: null, data: { n } });
  });

const attempt = (outcome: Attempt['outcome'], changes: Partial<Attempt> = {}): Attempt => ({
  status: 200,
  error: null,
  duration_ms: 12,
  answer: 'ok',
  outcome,
  ...changes,
});
const AGAIN: Attempt['outcome'] = { kind: 'retry', in_s: 5 };

/** A project with one webhook and so many deliveries that wait. */
async function waiting(count = 1) {
  const { db } = database;
  const project_id = await newProject(db);
  const webhook = await makeWebhook(db, project_id);
  await note(db, project_id, count);
  return { db, project_id, webhook };
}

async function leasedOne(): Promise<{ db: Db; project_id: string; webhook_id: string; leased: LeasedDelivery }> {
  const { db, project_id, webhook } = await waiting();
  const [leased] = await leaseOf(db, project_id);
  if (!leased) throw new Error('nothing was leased');
  return { db, project_id, webhook_id: webhook.id, leased };
}

describe('A lease', () => {
  test('gives a delivery to one sender, with its address', async () => {
    const { db, project_id, webhook } = await waiting();
    const [leased, ...more] = await leaseOf(db, project_id);
    expect(more).toEqual([]);
    expect(leased).toMatchObject({
      kind: 'webhook',
      event: 'runner.online',
      attempts: 0,
      webhook: { id: webhook.id, url: webhook.url, has_previous: false },
      hook: null,
    });
    expect(await leaseOf(db, project_id)).toEqual([]);
  });

  test('is given to one of two senders that come at once', async () => {
    const { db, project_id } = await waiting();
    const both = await Promise.all([leaseOf(db, project_id), leaseOf(db, project_id)]);
    expect(both.flat()).toHaveLength(1);
  });

  test('gives at most two at once to one address, those that are being sent included, and starves no other', async () => {
    const { db, project_id } = await waiting(10);
    const other = await waiting(1);
    const first = await leaseDeliveries(db, 50);
    expect(first.filter((leased) => leased.project_id === project_id)).toHaveLength(2);
    expect(first.filter((leased) => leased.project_id === other.project_id)).toHaveLength(1);
    expect(await leaseOf(db, project_id)).toEqual([]);
    const [done] = first.filter((leased) => leased.project_id === project_id);
    await recordAttempt(db, done!, attempt({ kind: 'succeeded' }));
    expect(await leaseOf(db, project_id)).toHaveLength(1);
  });

  test('gives no more than are asked for, the longest due first', async () => {
    const { db, project_id } = await waiting(2);
    const other = await waiting(2);
    const rows = await outboxOf(db, other.project_id);
    await db
      .update(deliveries)
      .set({ next_attempt_at: sql`now() - interval '1 hour'` })
      .where(eq(deliveries.id, rows[1]!.id));
    expect((await leaseDeliveries(db, 1)).map(({ id }) => id)).toEqual([rows[1]!.id]);
    for (const leased of await leaseDeliveries(db, 50)) await recordAttempt(db, leased, attempt({ kind: 'succeeded' }));
    expect((await outboxOf(db, project_id)).every(({ state }) => state === 'succeeded')).toBe(true);
  });

  test('goes to an address that has failed after those that have not, and to each once before it goes to any twice', async () => {
    const [failing, one, other] = [await waiting(2), await waiting(2), await waiting(2)];
    const { db } = database;
    // What is to be sent to it again is due for the longest.
    await db
      .update(deliveries)
      .set({ attempts: 1, next_attempt_at: sql`now() - interval '1 hour'` })
      .where(eq(deliveries.project_id, failing.project_id));
    const leased = async (count: number) =>
      (await leaseDeliveries(db, count)).map(({ project_id }) => project_id).toSorted();
    const good = [one.project_id, other.project_id];
    expect(await leased(2)).toEqual(good.toSorted());
    expect(await leased(1)).toEqual([failing.project_id]);
    expect(await leased(3)).toEqual([...good, failing.project_id].toSorted());
  });

  test('lapses, so that what a killed sender has sent and not recorded is sent again under the same id', async () => {
    const { db, project_id, leased } = await leasedOne();
    // Sent; then the process is killed. After a minute another looks.
    await passOutbox(db, 61);
    const [again] = await leaseOf(db, project_id);
    expect(again).toMatchObject({ id: leased.id, attempts: 0, payload: leased.payload });
    await recordAttempt(db, again!, attempt({ kind: 'succeeded' }));
    expect(await outboxOf(db, project_id)).toMatchObject([{ state: 'succeeded', attempts: 1 }]);
  });

  test('that has lapsed decides nothing but a success: its sender only logs what came', async () => {
    const { db, project_id, leased } = await leasedOne();
    await passOutbox(db, 61);
    const [second] = await leaseOf(db, project_id);
    await recordAttempt(db, leased, attempt({ kind: 'failed' }, { status: 500 }));
    expect(await outboxOf(db, project_id)).toMatchObject([{ state: 'pending', attempts: 1 }]);
    await recordAttempt(db, second!, attempt({ kind: 'succeeded' }));
    expect(await outboxOf(db, project_id)).toMatchObject([{ state: 'succeeded', attempts: 2 }]);
    expect(await attemptsAt(db, leased.id)).toMatchObject([
      { n: 1, status: 500 },
      { n: 2, status: 200 },
    ]);
  });

  test('is given back by a sender that stops, without an attempt', async () => {
    const { db, project_id, leased } = await leasedOne();
    await releaseDelivery(db, leased);
    expect(await leaseOf(db, project_id)).toMatchObject([{ id: leased.id, attempts: 0 }]);
  });
});

describe('An attempt', () => {
  test('is logged with what came of it; one that failed is made again when its time has come', async () => {
    const { db, project_id, leased } = await leasedOne();
    await recordAttempt(db, leased, attempt(AGAIN, { status: null, error: 'no answer within 15 s', answer: '' }));
    const [row] = await outboxOf(db, project_id);
    expect(row).toMatchObject({ state: 'pending', attempts: 1, leased_until: null });
    expect(await attemptsAt(db, leased.id)).toMatchObject([
      { n: 1, status: null, error: 'no answer within 15 s', duration_ms: 12, answer: '' },
    ]);
    expect(await leaseOf(db, project_id)).toEqual([]);
    await passOutbox(db, 5);
    expect(await leaseOf(db, project_id)).toMatchObject([{ id: leased.id, attempts: 1 }]);
  });

  test('that was the last ends it as failed', async () => {
    const { db, project_id, leased } = await leasedOne();
    await recordAttempt(db, leased, attempt({ kind: 'failed' }, { status: 500, error: 'answered 500' }));
    expect(await outboxOf(db, project_id)).toMatchObject([{ state: 'failed', next_attempt_at: null }]);
  });

  test('that is answered 410 disables the webhook and drops what waits for it', async () => {
    const { db, project_id, webhook_id, leased } = await leasedOne();
    await note(db, project_id);
    await recordAttempt(db, leased, attempt({ kind: 'gone' }, { status: 410 }));
    expect(await getWebhook(db, project_id, webhook_id)).toMatchObject({ disabled_reason: 'gone' });
    expect((await outboxOf(db, project_id)).map(({ state }) => state)).toEqual(['failed', 'dropped']);
    await note(db, project_id);
    expect(await outboxOf(db, project_id)).toHaveLength(2);
  });

  test('at a webhook that was disabled meanwhile is logged, and not made again', async () => {
    const { db, project_id, webhook_id, leased } = await leasedOne();
    await changeWebhook(db, project_id, webhook_id, { disabled: true });
    await recordAttempt(db, leased, attempt(AGAIN, { status: 500 }));
    expect(await outboxOf(db, project_id)).toMatchObject([{ state: 'dropped', attempts: 1 }]);
  });

  test('of a delivery that is no more is nothing', async () => {
    const { db, project_id, leased } = await leasedOne();
    await db.delete(deliveries).where(eq(deliveries.id, leased.id));
    await recordAttempt(db, leased, attempt({ kind: 'succeeded' }));
    expect(await outboxOf(db, project_id)).toEqual([]);
  });
});

describe('Statuses of one commit', () => {
  const say = (db: Db, hook_id: string, says: string, head_sha = HEAD) =>
    db.transaction((tx) => noteCommitStatus(tx, { hook_id, repo: REPO, head_sha, state: 'pending', says }));
  const saysOf = (rows: readonly { payload: Record<string, unknown> }[]) =>
    rows.map(({ payload }) => (payload['data'] as { says: string }).says);

  async function hookOf() {
    const { db } = database;
    const project_id = await newProject(db);
    return { db, project_id, hook: await makeHook(db, project_id) };
  }

  test('are sent the latest alone; the earlier ones are dropped', async () => {
    const { db, project_id, hook } = await hookOf();
    for (const says of ['one', 'two', 'three']) await say(db, hook.id, says);
    expect(saysOf(await leaseOf(db, project_id))).toEqual(['three']);
    expect((await outboxOf(db, project_id)).map(({ state }) => state)).toEqual(['dropped', 'dropped', 'pending']);
  });

  test('do not overtake each other: a later one waits for the one that is being sent, which is not tried again', async () => {
    const { db, project_id, hook } = await hookOf();
    await say(db, hook.id, 'earlier');
    const [earlier] = await leaseOf(db, project_id);
    await say(db, hook.id, 'later');
    expect(await leaseOf(db, project_id)).toEqual([]);
    await recordAttempt(db, earlier!, attempt(AGAIN, { status: 502 }));
    expect(saysOf(await leaseOf(db, project_id))).toEqual(['later']);
    await passOutbox(db, 10);
    expect((await outboxOf(db, project_id)).map(({ state }) => state)).toEqual(['dropped', 'pending']);
  });

  test('are not sent after a later one has been, also when their sender was killed', async () => {
    const { db, project_id, hook } = await hookOf();
    await say(db, hook.id, 'earlier');
    await leaseOf(db, project_id);
    await passOutbox(db, 61);
    await say(db, hook.id, 'later');
    const [later] = await leaseOf(db, project_id);
    await recordAttempt(db, later!, attempt({ kind: 'succeeded' }, { status: 201 }));
    expect((await outboxOf(db, project_id)).map(({ state }) => state)).toEqual(['dropped', 'succeeded']);
  });

  test('of another commit are another matter', async () => {
    const { db, project_id, hook } = await hookOf();
    await say(db, hook.id, 'one');
    await say(db, hook.id, 'other', '3'.repeat(40));
    expect(saysOf(await leaseOf(db, project_id)).toSorted()).toEqual(['one', 'other']);
  });

  test('wait all together when the code host asks to be left alone', async () => {
    const { db, project_id, hook } = await hookOf();
    await say(db, hook.id, 'one');
    const [one] = await leaseOf(db, project_id);
    await say(db, hook.id, 'other', '4'.repeat(40));
    await recordAttempt(db, one!, attempt({ kind: 'retry', in_s: 600, all: true }, { status: 429 }));
    expect(await leaseOf(db, project_id)).toEqual([]);
    await passOutbox(db, 599);
    expect(await leaseOf(db, project_id)).toEqual([]);
    await passOutbox(db, 2);
    expect(await leaseOf(db, project_id)).toHaveLength(2);
  });
});

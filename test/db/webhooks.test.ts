import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { getDelivery, listDeliveries, redeliver, testWebhook } from '../../src/db/deliveries.ts';
import { recordAttempt } from '../../src/db/delivery-record.ts';
import { noteOutbound } from '../../src/db/outbox.ts';
import { deleteProject } from '../../src/db/projects.ts';
import { prune } from '../../src/db/prune.ts';
import { secrets } from '../../src/db/schema/secrets.ts';
import { deliveries, webhooks } from '../../src/db/schema/webhooks.ts';
import { getSecret } from '../../src/db/secrets.ts';
import { rotateWebhookSecret } from '../../src/db/webhook-secret.ts';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  MAX_WEBHOOKS,
  secretPurpose,
} from '../../src/db/webhooks.ts';
import { useDatabase } from './database.ts';
import { attemptsAt, leaseOf, makeWebhook, outboxOf } from './outbox-world.ts';
import { id, newProject } from './world.ts';

const database = useDatabase();

const secretRow = (purpose: string, sealed: string) => ({ id: id('secret'), purpose, key_id: 'k1', sealed });

async function one() {
  const { db } = database;
  const project_id = await newProject(db);
  return { db, project_id, webhook: await makeWebhook(db, project_id) };
}

describe('A webhook', () => {
  test('is changed by what is given, listed, and gone with its secrets and deliveries when it is deleted', async () => {
    const { db, project_id, webhook } = await one();
    await testWebhook(db, project_id, webhook.id);
    const changed = await changeWebhook(db, project_id, webhook.id, {
      description: 'chat',
      events: ['runner.offline'],
    });
    expect(changed).toEqual({ ...webhook, description: 'chat', events: ['runner.offline'] });
    expect(await changeWebhook(db, project_id, webhook.id, {})).toEqual(changed);
    expect(await listWebhooks(db, project_id)).toEqual([changed]);
    expect(await deleteWebhook(db, project_id, webhook.id)).toBe(true);
    expect(await deleteWebhook(db, project_id, webhook.id)).toBe(false);
    expect(await getSecret(db, secretPurpose(webhook.id, 'current'))).toBeNull();
    expect(await outboxOf(db, project_id)).toEqual([]);
  });

  test('is one of twenty at most, also when two come at once', async () => {
    const { db } = database;
    const project_id = await newProject(db);
    for (let n = 1; n < MAX_WEBHOOKS; n += 1) await makeWebhook(db, project_id);
    const make = () => {
      const webhook = { id: id('webhook'), project_id, url: 'https://example.com/', description: '', events: [] };
      return createWebhook(db, webhook, secretRow(secretPurpose(webhook.id, 'current'), 'AAAA'));
    };
    const made = await Promise.all([make(), make()]);
    expect(made.filter((row) => row === null)).toHaveLength(1);
    expect(await listWebhooks(db, project_id)).toHaveLength(MAX_WEBHOOKS);
  });

  test('of another project is none', async () => {
    const { db, webhook } = await one();
    const other = await newProject(db);
    const [delivery] = await outboxOf(db, other);
    expect(delivery).toBeUndefined();
    expect(await getWebhook(db, other, webhook.id)).toBeNull();
    expect(await changeWebhook(db, other, webhook.id, { disabled: true })).toBeNull();
    expect(await deleteWebhook(db, other, webhook.id)).toBe(false);
    expect(await testWebhook(db, other, webhook.id)).toBeNull();
    expect(await listDeliveries(db, other, webhook.id, { limit: 1, before: null })).toBeNull();
  });

  test('that is disabled keeps why; enabled again it has no reason, and is told what happens from then on', async () => {
    const { db, project_id, webhook } = await one();
    await noteOne(project_id);
    expect(await changeWebhook(db, project_id, webhook.id, { disabled: true })).toMatchObject({
      disabled_reason: 'owner',
    });
    expect(await testWebhook(db, project_id, webhook.id)).toBe('disabled');
    expect(await changeWebhook(db, project_id, webhook.id, { disabled: false })).toMatchObject({
      disabled_at: null,
      disabled_reason: null,
    });
    await noteOne(project_id);
    expect((await outboxOf(db, project_id)).map(({ state }) => state)).toEqual(['dropped', 'pending']);
  });

  test('goes with its project', async () => {
    const { db, project_id, webhook } = await one();
    await noteOne(project_id);
    expect(await deleteProject(db, project_id)).toBe('deleted');
    expect(await getSecret(db, secretPurpose(webhook.id, 'current'))).toBeNull();
    expect(await outboxOf(db, project_id)).toEqual([]);
  });
});

function noteOne(project_id: string): Promise<void> {
  return database.db.transaction((tx) =>
    noteOutbound(tx, { project_id, type: 'runner.online', experiment_id: null, data: {} }),
  );
}

describe('The secret of a webhook', () => {
  const rotation = (webhook_id: string, from: { id: string }, sealed: string) => ({
    from,
    current: secretRow(secretPurpose(webhook_id, 'current'), sealed),
    previous: secretRow(secretPurpose(webhook_id, 'previous'), `was ${sealed}`),
    overlap_s: 3600,
  });

  test('rotates: the new one is the current one, the one before stays for a while, one still before that is gone', async () => {
    const { db, project_id, webhook } = await one();
    const purpose = secretPurpose(webhook.id, 'current');
    for (const sealed of ['first', 'second']) {
      const from = (await getSecret(db, purpose))!;
      const rotated = await rotateWebhookSecret(db, project_id, webhook.id, rotation(webhook.id, from, sealed));
      expect(rotated).toMatchObject({ id: webhook.id, previous_until: expect.any(Date) });
    }
    expect(await getSecret(db, purpose)).toMatchObject({ sealed: 'second' });
    expect(await getSecret(db, secretPurpose(webhook.id, 'previous'))).toMatchObject({ sealed: 'was second' });
    await noteOne(project_id);
    expect(await leaseOf(db, project_id)).toMatchObject([{ webhook: { has_previous: true } }]);
  });

  test('is rotated once by two who read the same one', async () => {
    const { db, project_id, webhook } = await one();
    const from = (await getSecret(db, secretPurpose(webhook.id, 'current')))!;
    const both = await Promise.all(
      ['one', 'other'].map((sealed) =>
        rotateWebhookSecret(db, project_id, webhook.id, rotation(webhook.id, from, sealed)),
      ),
    );
    expect(both.filter((answer) => answer === 'changed')).toHaveLength(1);
    expect(await rotateWebhookSecret(db, await newProject(db), webhook.id, rotation(webhook.id, from, 'x'))).toBeNull();
  });

  test('before the current one is forgotten when its time is over', async () => {
    const { db, project_id, webhook } = await one();
    const from = (await getSecret(db, secretPurpose(webhook.id, 'current')))!;
    await rotateWebhookSecret(db, project_id, webhook.id, rotation(webhook.id, from, 'new'));
    const previous = () => getSecret(db, secretPurpose(webhook.id, 'previous'));
    await prune(db);
    expect(await previous()).not.toBeNull();
    await db
      .update(webhooks)
      .set({ previous_until: sql`now() - interval '1 second'` })
      .where(eq(webhooks.id, webhook.id));
    await prune(db);
    expect(await previous()).toBeNull();
    expect(await getWebhook(db, project_id, webhook.id)).toMatchObject({ previous_until: null });
    const left = await db
      .select()
      .from(secrets)
      .where(eq(secrets.purpose, secretPurpose(webhook.id, 'current')));
    expect(left).toHaveLength(1);
  });
});

describe('Deliveries of a webhook', () => {
  test('are listed in pages, newest first', async () => {
    const { db, project_id, webhook } = await one();
    for (let n = 0; n < 5; n += 1) await noteOne(project_id);
    const noted = (await outboxOf(db, project_id)).map((row) => row.id).toReversed();
    const seen: string[] = [];
    let before: number | null = null;
    do {
      const page = await listDeliveries(db, project_id, webhook.id, { limit: 2, before });
      seen.push(...page!.deliveries.map((row) => row.id));
      before = page!.next;
    } while (before !== null);
    expect(seen).toEqual(noted);
  });

  test('are sent once more by hand under the same id, however they ended, and show every attempt', async () => {
    const { db, project_id, webhook } = await one();
    const tested = await testWebhook(db, project_id, webhook.id);
    if (tested === null || tested === 'disabled') throw new Error('no delivery');
    const send = async (status: number) => {
      const [leased] = await leaseOf(db, project_id);
      const outcome = status === 200 ? ({ kind: 'succeeded' } as const) : ({ kind: 'failed' } as const);
      await recordAttempt(db, leased!, { status, error: null, duration_ms: 1, answer: '', outcome });
      return leased!.id;
    };
    expect(await send(500)).toBe(tested.id);
    expect(await redeliver(db, project_id, webhook.id, tested.id)).toMatchObject({ state: 'pending', attempts: 1 });
    expect(await send(200)).toBe(tested.id);
    expect(await getDelivery(db, project_id, webhook.id, tested.id)).toMatchObject({
      state: 'succeeded',
      attempts: 2,
      payload: { type: 'webhook.test', data: { webhook_id: webhook.id } },
      log: [
        { n: 1, status: 500 },
        { n: 2, status: 200 },
      ],
    });
    expect(await redeliver(db, project_id, webhook.id, 'dlv_none')).toBeNull();
    expect(await getDelivery(db, project_id, 'whk_none', tested.id)).toBeNull();
    await changeWebhook(db, project_id, webhook.id, { disabled: true });
    expect(await redeliver(db, project_id, webhook.id, tested.id)).toBe('disabled');
  });

  test('are kept for 30 days, with their attempts', async () => {
    const { db, project_id } = await one();
    for (let n = 0; n < 2; n += 1) await noteOne(project_id);
    const [old, young] = await outboxOf(db, project_id);
    const [leased] = (await leaseOf(db, project_id)).filter((row) => row.id === old!.id);
    await recordAttempt(db, leased!, {
      status: 200,
      error: null,
      duration_ms: 1,
      answer: '',
      outcome: { kind: 'succeeded' },
    });
    const daysAgo = (days: number) => ({ created_at: sql`now() - make_interval(days => ${days})` });
    await db.update(deliveries).set(daysAgo(31)).where(eq(deliveries.id, old!.id));
    await db.update(deliveries).set(daysAgo(29)).where(eq(deliveries.id, young!.id));
    expect(await prune(db)).toMatchObject({ deliveries: 1, more: false });
    expect(await outboxOf(db, project_id)).toMatchObject([{ id: young!.id }]);
    expect(await attemptsAt(db, old!.id)).toEqual([]);
  });
});

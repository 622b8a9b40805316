import { createHmac } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { deliver } from '../../../src/api/deliver.ts';
import { MAX_WEBHOOK_BYTES } from '../../../src/api/send-webhook.ts';
import { testWebhook } from '../../../src/db/deliveries.ts';
import { leaseDeliveries } from '../../../src/db/delivery-lease.ts';
import { noteOutbound } from '../../../src/db/outbox.ts';
import { experiments } from '../../../src/db/schema/experiments.ts';
import { deliveries } from '../../../src/db/schema/webhooks.ts';
import { rotateWebhookSecret } from '../../../src/db/webhook-secret.ts';
import { changeWebhook, getWebhook, secretPurpose } from '../../../src/db/webhooks.ts';
import { outboxOf, passOutbox } from '../../db/outbox-world.ts';
import { newProject, queueExperiment } from '../../db/world.ts';
import { useOutbox, WEBHOOK_SECRET } from './outbox-service.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';

const outbox = useOutbox({ timeout_ms: 2_000 });

/** Whether a receiver that knows the secret would take it. */
function isSignedBy(secret: Uint8Array, { headers, body }: Received): boolean {
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = `v1,${createHmac('sha256', secret).update(content).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(expected);
}

const tested = (receiver: Pick<Receiver, 'url'>) => outbox.tested(receiver.url);

/** In how many seconds a delivery is tried again. */
async function waitOf(delivery_id: string): Promise<number> {
  const [row] = await outbox.db
    .select({ s: sql<number>`extract(epoch from ${deliveries.next_attempt_at} - now())::double precision` })
    .from(deliveries)
    .where(eq(deliveries.id, delivery_id));
  return row?.s ?? NaN;
}

describe('A webhook', () => {
  it('is sent what happened: signed, thin, under the delivery’s id, with links', async () => {
    await using receiver = await startReceiver();
    const { db } = outbox;
    const project_id = await newProject(db);
    await outbox.makeWebhook(project_id, receiver.url, ['experiment.queued']);
    const experiment = await queueExperiment(db, project_id, { name: 'Größe ☃' });
    expect(await outbox.send()).toBe(1);
    const [row] = await outboxOf(db, project_id);
    const [sent] = receiver.received;
    expect(sent).toMatchObject({ method: 'POST', path: '/hook' });
    expect(sent?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Benchwright/0.1.0',
      'webhook-id': row?.id,
    });
    expect(isSignedBy(WEBHOOK_SECRET, sent!)).toBe(true);
    const age_s = Date.now() / 1000 - Number(sent?.headers['webhook-timestamp']);
    expect(age_s).toBeGreaterThanOrEqual(-1);
    expect(age_s).toBeLessThan(60);
    const self = `https://bench.example.com/v1/experiments/${experiment.id}`;
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      type: 'experiment.queued',
      timestamp: row?.payload['timestamp'],
      data: {
        experiment_id: experiment.id,
        name: 'Größe ☃',
        series: null,
        status: 'queued',
        reason: null,
        verdict: null,
        repo: null,
        branch: null,
        pull_request: null,
        head_sha: null,
        links: { self, results: `${self}/results`, report: `${self}/report` },
      },
    });
    expect(row).toMatchObject({ state: 'succeeded', attempts: 1, leased_until: null });
  });

  it('is sent at most 20 kB, whatever an experiment is called', async () => {
    await using receiver = await startReceiver();
    const { db } = outbox;
    const project_id = await newProject(db);
    await outbox.makeWebhook(project_id, receiver.url, ['experiment.queued']);
    const experiment = await queueExperiment(db, project_id, { name: '☃'.repeat(200) });
    await db.delete(deliveries).where(eq(deliveries.project_id, project_id));
    const long = 'ä'.repeat(300);
    const origin = {
      hook_id: 'hok_1',
      provider: 'github',
      event: 'push',
      repo: long,
      branch: long,
      pull_request: 1,
    } as const;
    await db
      .update(experiments)
      .set({ origin: { ...origin, head_sha: '1'.repeat(64), base_sha: null, fork: false }, series: 's'.repeat(40) })
      .where(eq(experiments.id, experiment.id));
    await db.transaction((tx) =>
      noteOutbound(tx, { project_id, type: 'experiment.queued', experiment_id: experiment.id, data: {} }),
    );
    await outbox.send();
    expect(Buffer.byteLength(receiver.received[0]?.body ?? '')).toBeLessThan(MAX_WEBHOOK_BYTES);
  });

  it('keeps the beginning of the answer with the attempt, without characters that act', async () => {
    await using receiver = await startReceiver(
      (response) => void response.writeHead(500).end(`\0\u001b[31m${'x'.repeat(2_000)}`),
    );
    const { delivery, now } = await tested(receiver);
    await outbox.send();
    const [attempt] = (await now()).log;
    expect(attempt).toMatchObject({ n: 1, status: 500, error: 'answered 500' });
    expect(attempt?.answer).toMatch(/^\ufffd\ufffd\[31mx+$/);
    expect(attempt?.answer.length).toBeLessThanOrEqual(1_024);
    expect(await waitOf(delivery.id)).toBeGreaterThan(3);
  });

  it('is tried again after 5 s under the same id and with the same body, and then only signed anew', async () => {
    await using receiver = await startReceiver((response, _, n) => void response.writeHead(n === 1 ? 502 : 200).end());
    const { now } = await tested(receiver);
    await outbox.send();
    expect(await outbox.send()).toBe(0);
    await passOutbox(outbox.db, 5);
    await outbox.send();
    expect(await now()).toMatchObject({ state: 'succeeded', attempts: 2 });
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    expect(isSignedBy(WEBHOOK_SECRET, second!)).toBe(true);
  });

  it('has failed after ten attempts over three days', async () => {
    await using receiver = await startReceiver((response) => void response.writeHead(503).end());
    const { delivery, now } = await tested(receiver);
    let waited = 0;
    for (let n = 1; n < 10; n += 1) {
      expect(await outbox.send()).toBe(1);
      const wait = await waitOf(delivery.id);
      waited += wait;
      await passOutbox(outbox.db, wait + 1);
    }
    await outbox.send();
    expect(await now()).toMatchObject({ state: 'failed', attempts: 10, next_attempt_at: null });
    expect(waited / 86_400).toBeCloseTo(3.15, 1);
  });

  it.each([
    ['answers 200', 200, 'succeeded'],
    ['answers 299', 299, 'succeeded'],
    ['answers 304', 304, 'pending'],
    ['answers 400', 400, 'pending'],
    ['answers 404', 404, 'pending'],
    ['answers 500', 500, 'pending'],
  ])('whose receiver %s with %i is %s afterwards: only 2xx is a success', async (_, status, state) => {
    await using receiver = await startReceiver((response) => void response.writeHead(status).end());
    const { now } = await tested(receiver);
    await outbox.send();
    expect(await now()).toMatchObject({ state, attempts: 1 });
  });

  it('whose receiver redirects is not followed, and the log says so', async () => {
    await using inner = await startReceiver();
    await using receiver = await startReceiver(
      (response) => void response.writeHead(302, { Location: inner.url }).end(),
    );
    const { now } = await tested(receiver);
    await outbox.send();
    expect((await now()).log).toMatchObject([
      { status: 302, error: 'answered 302: a redirect, which is not followed' },
    ]);
    expect(inner.connections()).toBe(0);
  });

  it('whose receiver answers 410 is disabled', async () => {
    await using receiver = await startReceiver((response) => void response.writeHead(410).end());
    const { db, project_id, webhook, now } = await tested(receiver);
    await testWebhook(db, project_id, webhook.id);
    await outbox.send();
    expect(await getWebhook(db, project_id, webhook.id)).toMatchObject({ disabled_reason: 'gone' });
    expect(await now()).toMatchObject({ state: 'failed', log: [{ error: 'answered 410: the webhook is disabled' }] });
    expect(await testWebhook(db, project_id, webhook.id)).toBe('disabled');
  });

  it.each([
    [429, '120', 120],
    [503, '120', 120],
    [503, '1', 5],
    [503, String(10 * 86_400), 86_400],
    [503, 'soon', 5],
    [500, '120', 5],
  ])('whose receiver answers %i with Retry-After %s waits %i s', async (status, header, wait) => {
    await using receiver = await startReceiver(
      (response) => void response.writeHead(status, { 'Retry-After': header }).end(),
    );
    const { delivery } = await tested(receiver);
    await outbox.send();
    expect(Math.abs((await waitOf(delivery.id)) - wait)).toBeLessThan(3);
  });

  it('whose receiver says a date in Retry-After waits until then', async () => {
    const at = new Date(Date.now() + 300_000).toUTCString();
    await using receiver = await startReceiver((response) => void response.writeHead(503, { 'Retry-After': at }).end());
    const { delivery } = await tested(receiver);
    await outbox.send();
    expect(Math.abs((await waitOf(delivery.id)) - 300)).toBeLessThan(3);
  });

  it('whose receiver never answers is given up for this time, and tried again', async () => {
    await using receiver = await startReceiver(() => undefined);
    const { now } = await tested(receiver);
    await outbox.send();
    expect(await now()).toMatchObject({ state: 'pending', log: [{ status: null, error: 'no answer within 2 s' }] });
  });

  it('whose receiver is not there is tried again', async () => {
    const receiver = await startReceiver();
    await receiver[Symbol.asyncDispose]();
    const { now } = await tested(receiver);
    await outbox.send();
    expect((await now()).log).toMatchObject([{ status: null, error: 'the connection failed: ECONNREFUSED' }]);
  });

  it('whose address has come to lead to a private network is not connected to', async () => {
    const { now } = await tested({ url: 'http://10.0.0.1/hook' });
    await outbox.send();
    expect((await now()).log).toMatchObject([{ status: null, error: 'the address leads to a private network' }]);
  });

  it('is signed with both secrets while its secret rotates, and with the new one alone afterwards', async () => {
    await using receiver = await startReceiver();
    const { db, project_id, webhook } = await tested(receiver);
    const next = new Uint8Array(32).fill(6);
    const from = (await outbox.kept.open(secretPurpose(webhook.id, 'current')))!;
    await rotateWebhookSecret(db, project_id, webhook.id, {
      from: from.row,
      current: await outbox.kept.sealFor(secretPurpose(webhook.id, 'current'), next),
      previous: await outbox.kept.sealFor(secretPurpose(webhook.id, 'previous'), from.secret),
      overlap_s: 60,
    });
    await outbox.send();
    expect([WEBHOOK_SECRET, next].map((secret) => isSignedBy(secret, receiver.received[0]!))).toEqual([true, true]);
    await db.execute(sql`UPDATE webhooks SET previous_until = now() WHERE id = ${webhook.id}`);
    await testWebhook(db, project_id, webhook.id);
    await outbox.send();
    expect([WEBHOOK_SECRET, next].map((secret) => isSignedBy(secret, receiver.received[1]!))).toEqual([false, true]);
  });

  it('that was disabled or deleted while it was being sent is not tried again', async () => {
    const { db } = outbox;
    await using receiver = await startReceiver((response) => void response.writeHead(500).end());
    const { project_id, webhook, now } = await tested(receiver);
    const [leased] = await leaseDeliveries(db, 1);
    await changeWebhook(db, project_id, webhook.id, { disabled: true });
    await deliver(outbox.deps, leased!);
    expect(await now()).toMatchObject({ state: 'dropped', attempts: 1 });
    expect(await outbox.send()).toBe(0);
  });

  it('whose secret cannot be opened is tried again, and the log of the service says why', async () => {
    await using receiver = await startReceiver();
    const { db, webhook, now } = await tested(receiver);
    await db.execute(
      sql`UPDATE secrets SET key_id = '00000000' WHERE purpose = ${secretPurpose(webhook.id, 'current')}`,
    );
    await outbox.send();
    expect(await now()).toMatchObject({
      state: 'pending',
      log: [{ status: null, error: 'the service could not make the request: its log says why' }],
    });
    expect(outbox.errors).toContain('a delivery could not be sent');
    expect(receiver.connections()).toBe(0);
  });
});

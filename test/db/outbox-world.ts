import { asc, eq, sql } from 'drizzle-orm';
import type { Origin } from '../../src/core/origin.ts';
import type { OutboundEvent } from '../../src/core/outbound-event.ts';
import type { Db } from '../../src/db/client.ts';
import { leaseDeliveries } from '../../src/db/delivery-lease.ts';
import { noteOutbound } from '../../src/db/outbox.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { hooks, pullRequests } from '../../src/db/schema/hooks.ts';
import { deliveries, deliveryAttempts } from '../../src/db/schema/webhooks.ts';
import { createWebhook, secretPurpose, type WebhookRow } from '../../src/db/webhooks.ts';
import { id } from './world.ts';

/** Webhooks, hooks and pull requests for the tests of the outbox, and what has been put into it. */

export const EVERYTHING: readonly OutboundEvent[] = [
  'experiment.queued',
  'experiment.started',
  'experiment.succeeded',
  'experiment.failed',
  'experiment.canceled',
  'experiment.verdict.passed',
  'experiment.verdict.failed',
  'experiment.verdict.inconclusive',
  'runner.online',
  'runner.offline',
];

export async function makeWebhook(
  db: Db,
  project_id: string,
  changes: { readonly url?: string; readonly events?: readonly OutboundEvent[] } = {},
): Promise<WebhookRow> {
  const { url = 'https://example.com/hook', events = EVERYTHING } = changes;
  const webhook = { id: id('webhook'), project_id, url, description: '', events };
  const secret = { id: id('secret'), purpose: secretPurpose(webhook.id, 'current'), key_id: 'k1', sealed: 'sealed' };
  const row = await createWebhook(db, webhook, secret);
  if (!row) throw new Error('the project has as many webhooks as it may have');
  return row;
}

export const HEAD = '1'.repeat(40);
export const REPO = 'acme/shop';

/** A hook on GitHub that may write there; the token itself is for whoever sends. */
export async function makeHook(db: Db, project_id: string, changes: Partial<typeof hooks.$inferInsert> = {}) {
  const [hook] = await db
    .insert(hooks)
    .values({
      id: id('hook'),
      project_id,
      name: 'pull requests',
      provider: 'github',
      repo: REPO,
      events: ['pull-request'],
      branches: ['*'],
      template: {},
      api_url: 'https://api.github.com',
      comment: 'always',
      has_token: true,
      ...changes,
    })
    .returning();
  if (!hook) throw new Error('an insert returned no row');
  return hook;
}

export function originOf(hook_id: string, changes: Partial<Origin> = {}): Origin {
  return {
    hook_id,
    provider: 'github',
    event: 'pull-request',
    repo: REPO,
    branch: 'main',
    pull_request: 7,
    head_sha: HEAD,
    base_sha: '2'.repeat(40),
    fork: false,
    ...changes,
  };
}

export async function makePullRequest(
  db: Db,
  hook_id: string,
  changes: Partial<typeof pullRequests.$inferInsert> = {},
): Promise<void> {
  await db.insert(pullRequests).values({
    hook_id,
    repo: REPO,
    number: 7,
    updated_at: new Date(),
    is_open: true,
    fork: false,
    head_sha: HEAD,
    base_sha: '2'.repeat(40),
    branch: 'main',
    ...changes,
  });
}

/** As the hook that started it would have written it. */
export async function giveOrigin(db: Db, experiment_id: string, origin: Origin): Promise<void> {
  await db.update(experiments).set({ origin }).where(eq(experiments.id, experiment_id));
}

/** As whoever judges it does, in the transaction of the verdict. */
export async function giveVerdict(
  db: Db,
  { id: experiment_id, project_id }: { readonly id: string; readonly project_id: string },
  verdict: 'passed' | 'failed' | 'inconclusive',
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.update(experiments).set({ verdict }).where(eq(experiments.id, experiment_id));
    await noteOutbound(tx, { project_id, type: `experiment.verdict.${verdict}`, experiment_id, data: { verdict } });
  });
}

/** What the outbox holds for a project, in the order in which it was noted. */
export async function outboxOf(db: Db, project_id: string) {
  return db.select().from(deliveries).where(eq(deliveries.project_id, project_id)).orderBy(asc(deliveries.seq));
}

export async function attemptsAt(db: Db, delivery_id: string) {
  return db
    .select()
    .from(deliveryAttempts)
    .where(eq(deliveryAttempts.delivery_id, delivery_id))
    .orderBy(asc(deliveryAttempts.n));
}

/** Lets time pass for what waits in the outbox and for who has it leased. */
export async function passOutbox(db: Db, seconds: number): Promise<void> {
  await db.execute(
    sql.raw(
      `UPDATE deliveries SET next_attempt_at = next_attempt_at - make_interval(secs => ${seconds}), leased_until = leased_until - make_interval(secs => ${seconds}) WHERE state = 'pending'`,
    ),
  );
}

/** Leases of one project alone: other tests share the database. */
export async function leaseOf(db: Db, project_id: string, limit = 50) {
  return (await leaseDeliveries(db, limit)).filter((leased) => leased.project_id === project_id);
}

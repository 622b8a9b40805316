import { expect } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import { getDelivery, listDeliveries, redeliver, testWebhook } from '../../src/db/deliveries.ts';
import { leaseDeliveries } from '../../src/db/delivery-lease.ts';
import { recordAttempt, releaseDelivery } from '../../src/db/delivery-record.ts';
import { getHookPost, listHookPosts } from '../../src/db/hook-posts.ts';
import { noteCommitStatus } from '../../src/db/outbox-hooks.ts';
import { getPullRequest, getTold, noteComment } from '../../src/db/outbox-told.ts';
import { pruneDeliveries, prunePreviousSecrets } from '../../src/db/prune-deliveries.ts';
import { watchRunners } from '../../src/db/runner-presence.ts';
import { getSecret } from '../../src/db/secrets.ts';
import { rotateWebhookSecret } from '../../src/db/webhook-secret.ts';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  secretPurpose,
} from '../../src/db/webhooks.ts';
import { HEAD, makeHook, makePullRequest, makeWebhook, REPO } from './outbox-world.ts';
import type { Call } from './verb-call.ts';
import { id } from './world.ts';

/** What the verbs of the outbox may find: a webhook, a pull request of a hook. */
export async function makeOutboxWorld(db: Db, project_id: string) {
  const webhook = await makeWebhook(db, project_id);
  const hook = await makeHook(db, project_id);
  await makePullRequest(db, hook.id);
  return { webhook, pull: { hook_id: hook.id, repo: REPO, number: 7 } };
}
type World = Awaited<ReturnType<typeof makeOutboxWorld>> & {
  readonly project_id: string;
  readonly ended: { readonly id: string };
};

const some = (): unknown => expect.arrayContaining([expect.anything()]);
const secret = () => ({ id: id('secret'), purpose: id('secret'), key_id: 'k1', sealed: 'sealed' });
const SENT = { status: 200, error: null, duration_ms: 1, answer: '', outcome: { kind: 'succeeded' } } as const;
const newWebhook = (project_id: string) => {
  const webhook_id = id('webhook');
  const webhook = { id: webhook_id, project_id, url: 'https://example.com/', description: '', events: [] };
  return { webhook, secret: { ...secret(), purpose: secretPurpose(webhook_id, 'current') } };
};
/** A delivery that waits for the webhook of the world. */
const tested = async (db: Db, w: World) => {
  const row = await testWebhook(db, w.project_id, w.webhook.id);
  if (row === null || row === 'disabled') throw new Error('no delivery');
  return row;
};
const leased = async (db: Db, w: World) => {
  const { id: delivery_id } = await tested(db, w);
  const found = (await leaseDeliveries(db, 50)).find((each) => each.id === delivery_id);
  if (!found) throw new Error('the delivery was not leased');
  return found;
};

/** A commit status that the hook of the world is to write. */
const noted = async (db: Db, { pull }: World) => {
  const { hook_id, repo } = pull;
  await db.transaction((tx) =>
    noteCommitStatus(tx, { hook_id, repo, head_sha: HEAD, state: 'pending', says: 'waits' }),
  );
};
const posted = async (db: Db, w: World) => {
  await noted(db, w);
  const page = await listHookPosts(db, w.project_id, w.pull.hook_id, { limit: 1, before: null });
  return page?.posts[0]?.id ?? '';
};

/** Part of VERB_CALLS. */
export const OUTBOX_CALLS: Record<string, (db: Db, world: World) => Call> = {
  changeWebhook: (db, w) => ({
    call: changeWebhook(db, w.project_id, w.webhook.id, { disabled: true }),
    answers: { disabled_reason: 'owner' },
  }),
  createWebhook: (db, w) => {
    const { webhook, secret: kept } = newWebhook(w.project_id);
    return { call: createWebhook(db, webhook, kept), answers: { id: webhook.id } };
  },
  deleteWebhook: (db, w) => ({ call: deleteWebhook(db, w.project_id, w.webhook.id), answers: true }),
  getDelivery: (db, w) => ({
    call: tested(db, w).then((row) => getDelivery(db, w.project_id, w.webhook.id, row.id)),
    answers: { event: 'webhook.test', log: [] },
  }),
  getHookPost: (db, w) => ({
    call: posted(db, w).then((post) => getHookPost(db, w.project_id, w.pull.hook_id, post)),
    answers: { kind: 'commit-status', subject: `${REPO}@${HEAD}`, log: [] },
  }),
  getPullRequest: (db, w) => ({ call: getPullRequest(db, w.pull), answers: { head_sha: HEAD, comment_id: null } }),
  getTold: (db, w) => ({ call: getTold(db, w.ended.id), answers: { status: 'canceled', thresholds: [] } }),
  getWebhook: (db, w) => ({ call: getWebhook(db, w.project_id, w.webhook.id), answers: { id: w.webhook.id } }),
  leaseDeliveries: (db, w) => ({ call: tested(db, w).then(() => leaseDeliveries(db, 50)), answers: some() }),
  listDeliveries: (db, w) => ({
    call: tested(db, w).then(() => listDeliveries(db, w.project_id, w.webhook.id, { limit: 1, before: null })),
    answers: { deliveries: some() },
  }),
  listHookPosts: (db, w) => ({
    call: noted(db, w).then(() => listHookPosts(db, w.project_id, w.pull.hook_id, { limit: 1, before: null })),
    answers: { posts: some() },
  }),
  listWebhooks: (db, w) => ({ call: listWebhooks(db, w.project_id), answers: some() }),
  noteComment: (db, w) => ({ call: noteComment(db, w.pull, { known: null, made: '99' }), answers: true }),
  pruneDeliveries: (db) => ({ call: pruneDeliveries(db), answers: 0 }),
  prunePreviousSecrets: (db) => ({ call: prunePreviousSecrets(db), answers: 0 }),
  recordAttempt: (db, w) => ({
    call: leased(db, w).then((delivery) => recordAttempt(db, delivery, SENT)),
    answers: undefined,
  }),
  redeliver: (db, w) => ({
    call: tested(db, w).then((row) => redeliver(db, w.project_id, w.webhook.id, row.id)),
    answers: { state: 'pending' },
  }),
  releaseDelivery: (db, w) => ({
    call: leased(db, w).then((delivery) => releaseDelivery(db, delivery)),
    answers: undefined,
  }),
  rotateWebhookSecret: (db, w) => {
    const rotated = (which: 'current' | 'previous') => ({ ...secret(), purpose: secretPurpose(w.webhook.id, which) });
    const rotate = (from: { id: string } | null) =>
      rotateWebhookSecret(db, w.project_id, w.webhook.id, {
        from: from ?? { id: '' },
        current: rotated('current'),
        previous: rotated('previous'),
        overlap_s: 60,
      });
    const current = getSecret(db, secretPurpose(w.webhook.id, 'current'));
    return { call: current.then(rotate), answers: { id: w.webhook.id } };
  },
  testWebhook: (db, w) => ({ call: tested(db, w), answers: { event: 'webhook.test' } }),
  watchRunners: (db) => ({ call: watchRunners(db, 60), answers: some() }),
};

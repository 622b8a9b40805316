import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ApiConfig } from '../../../src/api/deps.ts';
import { createKeptSecrets, type KeptSecrets } from '../../../src/api/kept-secrets.ts';
import { createFetchGuard } from '../../../src/api/node-fetch-guard.ts';
import { sendDue } from '../../../src/api/outbox-batch.ts';
import type { OutboxDeps } from '../../../src/api/outbox-deps.ts';
import { tokenPurpose } from '../../../src/api/send-to-github.ts';
import { createSecrets } from '../../../src/api/service-secrets.ts';
import { makeId } from '../../../src/core/id.ts';
import type { OutboundEvent } from '../../../src/core/outbound-event.ts';
import type { Db } from '../../../src/db/client.ts';
import { type DeliveryRow, getDelivery, testWebhook, type WholeDelivery } from '../../../src/db/deliveries.ts';
import { deliveries } from '../../../src/db/schema/webhooks.ts';
import { createSecret } from '../../../src/db/secrets.ts';
import { createWebhook, secretPurpose, type WebhookRow } from '../../../src/db/webhooks.ts';
import { openTestDatabase, type TestDatabase } from '../../databases/open.ts';
import { EVERYTHING } from '../../db/outbox-world.ts';
import { newProject } from '../../db/world.ts';

export const WEBHOOK_SECRET = new Uint8Array(32).fill(5);
export const TOKEN = 'ghp_of_the_test';

export interface OutboxService {
  readonly db: Db;
  readonly deps: OutboxDeps;
  readonly kept: KeptSecrets;
  /** What was logged as an error. */
  readonly errors: readonly string[];
  /** Sends what is due until nothing is. */
  send(): Promise<number>;
  makeWebhook(project_id: string, url: string, events?: readonly OutboundEvent[]): Promise<WebhookRow>;
  /** A project whose webhook leads there, with one delivery of `webhook.test` that waits; `now`: what has become of it. */
  tested(url: string): Promise<{
    readonly db: Db;
    readonly project_id: string;
    readonly webhook: WebhookRow;
    readonly delivery: DeliveryRow;
    readonly now: () => Promise<WholeDelivery>;
  }>;
  /** Keeps the token of a hook. */
  giveToken(hook_id: string, token?: string): Promise<void>;
}

/** The sender of a service on a database of its own, its waits without chance, allowed to reach this machine. */
export function useOutbox(
  changes: { readonly timeout_ms?: number; readonly base_url?: string | null } = {},
): OutboxService {
  const { timeout_ms, base_url = 'https://bench.example.com' } = changes;
  const guard = createFetchGuard({ allow_insecure: true });
  const errors: string[] = [];
  const config: ApiConfig = { secret_key: new Uint8Array(32).fill(7), version: '0.1.0', base_url };
  let opened: TestDatabase | undefined;
  let made: { deps: OutboxDeps; kept: KeptSecrets } | undefined;
  beforeAll(async () => {
    opened = await openTestDatabase();
    const { db } = opened;
    const sealing = { db, config, uuid: uuidv7, randomBytes: (count: number) => new Uint8Array(randomBytes(count)) };
    const kept = createKeptSecrets(sealing);
    const log = { info() {}, warn() {}, error: (_: unknown, message: string) => void errors.push(message) };
    const deps: OutboxDeps = {
      db,
      now: () => new Date(),
      config,
      log,
      random: () => 0,
      fetch: (sent) => guard.fetch(timeout_ms === undefined ? sent : { ...sent, timeout_ms }),
      kept,
      secrets: createSecrets(sealing),
    };
    made = { deps, kept };
  });
  /** What a test leaves waiting is not sent by the next. */
  afterEach(async () => {
    await opened?.db.delete(deliveries);
  });
  afterAll(async () => {
    await guard.close();
    await opened?.close();
  });
  const service = () => {
    if (made === undefined) throw new Error('the outbox is open only while tests run');
    return made;
  };
  const makeWebhook: OutboxService['makeWebhook'] = async (project_id, url, events = EVERYTHING) => {
    const webhook = { id: makeId('webhook', uuidv7), project_id, url, description: '', events };
    const { kept, deps } = service();
    const secret = await kept.sealFor(secretPurpose(webhook.id, 'current'), WEBHOOK_SECRET);
    const row = await createWebhook(deps.db, webhook, secret);
    if (row === null) throw new Error('too many webhooks');
    return row;
  };
  return {
    get db() {
      return service().deps.db;
    },
    get deps() {
      return service().deps;
    },
    get kept() {
      return service().kept;
    },
    errors,
    send: () => sendDue(service().deps, 4),
    makeWebhook,
    async tested(url) {
      const { db } = service().deps;
      const project_id = await newProject(db);
      const webhook = await makeWebhook(project_id, url);
      const delivery = await testWebhook(db, project_id, webhook.id);
      if (delivery === null || delivery === 'disabled') throw new Error('no delivery');
      const now = async () => (await getDelivery(db, project_id, webhook.id, delivery.id))!;
      return { db, project_id, webhook, delivery, now };
    },
    async giveToken(hook_id, token = TOKEN) {
      const { kept, deps } = service();
      await createSecret(deps.db, await kept.sealFor(tokenPurpose(hook_id), new TextEncoder().encode(token)));
    },
  };
}

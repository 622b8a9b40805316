import { and, eq, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { Provider } from '../core/origin.ts';
import type { Db, Tx } from './client.ts';
import { inSeconds, now } from './clock.ts';
import { hooks } from './schema/hooks.ts';
import { type DELIVERY_KINDS, deliveries, webhooks } from './schema/webhooks.ts';

export interface LeasedDelivery {
  readonly id: string;
  readonly project_id: string;
  readonly kind: (typeof DELIVERY_KINDS)[number];
  readonly event: string;
  readonly experiment_id: string | null;
  readonly payload: Record<string, unknown>;
  /** Before this one. */
  readonly attempts: number;
  /** Names the lease: who records an attempt says under which it was made. */
  readonly leased_until: Date;
  readonly webhook: { readonly id: string; readonly url: string; readonly has_previous: boolean } | null;
  readonly hook: {
    readonly id: string;
    readonly name: string;
    readonly provider: Provider;
    readonly api_url: string | null;
    readonly has_token: boolean;
  } | null;
}

/** At once to one address: a receiver that is slow is not made slower. */
const MAX_PER_ENDPOINT = 2;
/** Longer than an attempt may take: after that its sender has ended, and another sends it again. */
export const LEASE_S = 60;

const isDue = (): SQL => sql`${deliveries.state} = 'pending' and ${deliveries.next_attempt_at} <= now()`;
const isFree = (): SQL | undefined => or(isNull(deliveries.leased_until), lte(deliveries.leased_until, now()));

/**
 * At most `limit` deliveries that are due, for one sender alone: until its lease lapses no other gets them. Whoever holds one holds no
 * transaction. With nothing due it is one look into an index.
 */
export async function leaseDeliveries(db: Db, limit: number): Promise<LeasedDelivery[]> {
  const [any] = await db
    .select({ one: sql`1` })
    .from(deliveries)
    .where(isDue())
    .limit(1);
  if (!any) return [];
  return db.transaction(async (tx) => {
    await dropOvertaken(tx);
    const ids = await lease(tx, limit);
    return ids.length === 0 ? [] : describe(tx, ids);
  });
}

/**
 * Of commit statuses of one commit, and comments of one pull request, only the latest is worth sending: an earlier one that is tried
 * again would overtake it. One that is being sent right now is left to its sender; the later one waits for it.
 */
async function dropOvertaken(tx: Tx): Promise<void> {
  const later = sql`exists (select 1 from ${deliveries} as later where later.hook_id = ${deliveries.hook_id}
    and later.kind = ${deliveries.kind} and later.subject = ${deliveries.subject} and later.seq > ${deliveries.seq})`;
  await tx
    .update(deliveries)
    .set({ state: 'dropped', ended_at: now(), next_attempt_at: null, leased_until: null })
    .where(and(eq(deliveries.state, 'pending'), sql`${deliveries.hook_id} is not null`, isFree(), later));
}

/** Whom a delivery of that relation goes to. */
const endpoint = (of: string): SQL => sql.raw(`coalesce(${of}.webhook_id, ${of}.hook_id)`);

/** Of each endpoint that something waits for: how many are being sent to it, and whether it has failed one that is to be sent again. */
const BUSY = sql`select ${endpoint('known')} as endpoint, count(*) filter (where known.leased_until > now()) as sending,
  bool_or(known.attempts > 0) as failing from ${deliveries} as known where known.state = 'pending' group by 1`;

/**
 * Of each endpoint those that are due first, as many as it may have at once beside those that are being sent. Of many endpoints each has
 * one before any has two, and one that fails comes after those that do not: what is slow to fail must not keep all senders.
 */
async function lease(tx: Tx, limit: number): Promise<string[]> {
  const next = sql`select id from (
    select waiting.id, waiting.next_attempt_at, busy.failing,
      row_number() over (partition by ${endpoint('waiting')} order by waiting.next_attempt_at, waiting.id) + busy.sending as place
    from ${deliveries} as waiting
    join (${BUSY}) as busy on busy.endpoint = ${endpoint('waiting')}
    where waiting.state = 'pending' and waiting.next_attempt_at <= now() and coalesce(waiting.leased_until <= now(), true)
      and not exists (select 1 from ${deliveries} as sent where sent.hook_id = waiting.hook_id and sent.kind = waiting.kind
        and sent.subject = waiting.subject and sent.state = 'pending' and (sent.leased_until > now() or sent.seq < waiting.seq))
  ) as ranked where place <= ${MAX_PER_ENDPOINT} order by place, failing, next_attempt_at, id limit ${limit}`;
  const locked = tx
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(sql`${deliveries.id} in (${next})`, isDue(), isFree()))
    // Two senders at once: what the other is just taking is the other's.
    .for('update', { skipLocked: true });
  const rows = await tx
    .update(deliveries)
    .set({ leased_until: inSeconds(LEASE_S) })
    .where(sql`${deliveries.id} in ${locked}`)
    .returning({ id: deliveries.id });
  return rows.map(({ id }) => id);
}

async function describe(tx: Tx, ids: readonly string[]): Promise<LeasedDelivery[]> {
  const rows = await tx
    .select({
      id: deliveries.id,
      project_id: deliveries.project_id,
      kind: deliveries.kind,
      event: deliveries.event,
      experiment_id: deliveries.experiment_id,
      payload: deliveries.payload,
      attempts: deliveries.attempts,
      leased_until: deliveries.leased_until,
      webhook_id: deliveries.webhook_id,
      url: webhooks.url,
      has_previous: sql<boolean>`coalesce(${webhooks.previous_until} > now(), false)`,
      hook_id: deliveries.hook_id,
      name: hooks.name,
      provider: hooks.provider,
      api_url: hooks.api_url,
      has_token: hooks.has_token,
    })
    .from(deliveries)
    .leftJoin(webhooks, eq(webhooks.id, deliveries.webhook_id))
    .leftJoin(hooks, eq(hooks.id, deliveries.hook_id))
    // One parameter however many there are. Ids hold no comma.
    .where(sql`${deliveries.id} = any(string_to_array(${ids.join(',')}, ','))`)
    .orderBy(deliveries.seq);
  return rows.map(({ webhook_id, url, has_previous, hook_id, name, provider, api_url, has_token, ...row }) => ({
    ...row,
    leased_until: row.leased_until ?? new Date(0),
    webhook: webhook_id === null || url === null ? null : { id: webhook_id, url, has_previous },
    hook:
      hook_id === null || name === null || provider === null
        ? null
        : { id: hook_id, name, provider, api_url, has_token: has_token ?? false },
  }));
}

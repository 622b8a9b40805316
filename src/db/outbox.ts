import { type SQL, sql } from 'drizzle-orm';
import type { OutboundEvent } from '../core/outbound-event.ts';
import type { Tx } from './client.ts';
import { NEW_DELIVERY_ID } from './delivery-id.ts';
import { hookRows } from './outbox-hooks.ts';
import { experiments } from './schema/experiments.ts';
import { deliveries, webhooks } from './schema/webhooks.ts';

export interface OutboundNote {
  readonly project_id: string;
  readonly type: OutboundEvent;
  /** What it is about; null for runners and tests. */
  readonly experiment_id: string | null;
  /** Thin: ids, states, links are made of it by the sender. What is known of the experiment is put beside it. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** RFC 3339, UTC, in milliseconds, as `Date` writes it. */
const TIMESTAMP = sql`to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** What is told of every experiment: ids and states, nothing that grows. The row as this transaction has changed it. */
const EXPERIMENT_DATA = sql`jsonb_build_object(
  'experiment_id', ${experiments.id}, 'name', ${experiments.name}, 'series', ${experiments.series},
  'status', ${experiments.status}, 'reason', ${experiments.reason}, 'verdict', ${experiments.verdict},
  'repo', ${experiments.origin} ->> 'repo', 'branch', ${experiments.origin} ->> 'branch',
  'pull_request', ${experiments.origin} -> 'pull_request', 'head_sha', ${experiments.origin} ->> 'head_sha')`;

/**
 * Writes what is to be sent because of a change, in the transaction of that change: a delivery for each webhook of the project that
 * wants the event, and for an experiment with an origin its commit status and comment. One statement; where there is neither webhook
 * nor origin it looks into two indexes and writes nothing.
 */
export async function noteOutbound(tx: Tx, note: OutboundNote): Promise<void> {
  const { project_id, type, experiment_id } = note;
  const toWebhooks = wantedBy(sql`${webhooks.project_id} = ${project_id}`, type);
  if (experiment_id === null) {
    await insert(tx, webhookRows(toWebhooks, note, sql`'{}'::jsonb`));
    return;
  }
  const known = sql`(select ${EXPERIMENT_DATA} from ${experiments} where ${experiments.id} = ${experiment_id})`;
  const payload = payloadOf(note, EXPERIMENT_DATA);
  await insert(
    tx,
    sql`${webhookRows(toWebhooks, note, known)} union all ${hookRows({ type, experiment_id, payload })}`,
  );
}

/** The same of a runner. One that serves every project is told of to the webhooks of all. */
export async function noteRunner(
  tx: Tx,
  note: {
    readonly type: Extract<OutboundEvent, `runner.${string}`>;
    readonly project_id: string | null;
    readonly data: OutboundNote['data'];
  },
): Promise<void> {
  const { project_id, type, data } = note;
  const served = project_id === null ? sql`true` : sql`${webhooks.project_id} = ${project_id}`;
  await insert(tx, webhookRows(wantedBy(served, type), { type, data, experiment_id: null }, sql`'{}'::jsonb`));
}

/** The same for one webhook alone, whatever it wants. */
export async function noteTest(tx: Tx, webhook_id: string): Promise<void> {
  const note = { type: 'webhook.test', data: { webhook_id }, experiment_id: null } as const;
  await insert(tx, webhookRows(sql`${webhooks.id} = ${webhook_id}`, note, sql`'{}'::jsonb`));
}

async function insert(tx: Tx, rows: SQL): Promise<void> {
  await tx.execute(
    sql`insert into ${deliveries} (id, project_id, kind, webhook_id, hook_id, event, experiment_id, subject, payload) ${rows}`,
  );
}

function wantedBy(condition: SQL, type: OutboundEvent): SQL {
  return sql`${condition} and ${webhooks.disabled_at} is null and ${type}::text = any(${webhooks.events})`;
}

type Told = Pick<OutboundNote, 'type' | 'data' | 'experiment_id'>;

function webhookRows(condition: SQL, { type, data, experiment_id }: Told, known: SQL): SQL {
  return sql`select ${NEW_DELIVERY_ID}, ${webhooks.project_id}, 'webhook', ${webhooks.id}, null::text, ${type}::text,
    ${experiment_id}::text, null::text, ${payloadOf({ type, data }, known)}
    from ${webhooks} where ${condition}`;
}

/** Always in this order of keys: a receiver's log is read by people. By way of text: a driver that knows JSON would quote it again. */
function payloadOf({ type, data }: Pick<OutboundNote, 'type' | 'data'>, known: SQL): SQL {
  return sql`json_build_object('type', ${type}::text, 'timestamp', ${TIMESTAMP}, 'data', ${known} || ${JSON.stringify(data)}::text::jsonb)`;
}

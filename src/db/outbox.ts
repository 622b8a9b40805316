import { type SQL, sql } from 'drizzle-orm';
import type { OutboundEvent } from '../core/outbound-event.ts';
import type { Tx } from './client.ts';
import { NEW_DELIVERY_ID } from './delivery-id.ts';
import { hookRows, writableHook } from './outbox-hooks.ts';
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
 * wants the event, and for an experiment with an origin its commit status and comment. Where there is neither it is one short question:
 * the statement that writes takes the database a millisecond to plan, for each change of every project.
 */
export async function noteOutbound(tx: Tx, note: OutboundNote): Promise<void> {
  const { project_id, type, experiment_id } = note;
  const told = wantedBy(sql`${webhooks.project_id} = ${project_id}`, type);
  if (!(await isAnybodyTold(tx, told, experiment_id))) return;
  if (experiment_id === null) {
    await write(tx, [toldTo(told)], webhookRows(note, NOTHING));
    return;
  }
  const known = sql`(select ${EXPERIMENT_DATA} from ${experiments} where ${experiments.id} = ${experiment_id})`;
  const byHook = hookRows({ type, experiment_id, payload: payloadOf(note, EXPERIMENT_DATA) });
  await write(tx, [toldTo(told), writableHook(experiment_id)], sql`${webhookRows(note, known)} union all ${byHook}`);
}

async function isAnybodyTold(tx: Tx, told: SQL, experiment_id: string | null): Promise<boolean> {
  const byHook = sql`select 1 from ${experiments} where ${experiments.id} = ${experiment_id} and ${experiments.origin} is not null`;
  const any = sql`(select 1 from ${webhooks} where ${told} union all ${byHook} limit 1) as any_told`;
  const found = await tx.select({ one: sql`1` }).from(any);
  return found.length > 0;
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
  await write(tx, [toldTo(wantedBy(served, type))], webhookRows({ type, data, experiment_id: null }, NOTHING));
}

/** The same for one webhook alone, whatever it wants. */
export async function noteTest(tx: Tx, webhook_id: string): Promise<void> {
  const note = { type: 'webhook.test', data: { webhook_id }, experiment_id: null } as const;
  await write(tx, [toldTo(sql`${webhooks.id} = ${webhook_id}`)], webhookRows(note, NOTHING));
}

const NOTHING = sql`'{}'::jsonb`;

async function write(tx: Tx, parts: readonly SQL[], rows: SQL): Promise<void> {
  await tx.execute(sql`with ${sql.join([...parts], sql`, `)}
    insert into ${deliveries} (id, project_id, kind, webhook_id, hook_id, event, experiment_id, subject, payload) ${rows}`);
}

function wantedBy(condition: SQL, type: OutboundEvent): SQL {
  return sql`${condition} and ${webhooks.disabled_at} is null and ${type}::text = any(${webhooks.events})`;
}

/**
 * The relation `told`: webhooks, locked until the change is committed. One that is being deleted or disabled meanwhile is waited for, and
 * then is none; without that the change itself would fail on a webhook that is no more. Who disables one drops what was noted before.
 */
function toldTo(condition: SQL): SQL {
  return sql`told as materialized (select ${webhooks.id}, ${webhooks.project_id} from ${webhooks} where ${condition} for share)`;
}

type Told = Pick<OutboundNote, 'type' | 'data' | 'experiment_id'>;

function webhookRows({ type, data, experiment_id }: Told, known: SQL): SQL {
  return sql`select ${NEW_DELIVERY_ID}, told.project_id, 'webhook', told.id, null::text, ${type}::text,
    ${experiment_id}::text, null::text, ${payloadOf({ type, data }, known)} from told`;
}

/** Always in this order of keys: a receiver's log is read by people. By way of text: a driver that knows JSON would quote it again. */
function payloadOf({ type, data }: Pick<OutboundNote, 'type' | 'data'>, known: SQL): SQL {
  return sql`json_build_object('type', ${type}::text, 'timestamp', ${TIMESTAMP}, 'data', ${known} || ${JSON.stringify(data)}::text::jsonb)`;
}

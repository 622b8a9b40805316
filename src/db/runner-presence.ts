import { type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from './client.ts';
import { inSeconds, now } from './clock.ts';
import { noteRunner } from './outbox.ts';
import { runners } from './schema/runners.ts';
import { serviceClock } from './schema/service-clock.ts';

export interface RunnerChange {
  readonly runner_id: string;
  /** Null: it serves every project. */
  readonly project_id: string | null;
  readonly type: 'runner.online' | 'runner.offline';
}

/** Bounds one transaction; what is left is noted a second later. */
const MAX_PER_TICK = 100;

/**
 * Notes which runners have gone silent for longer than `online_s`, and which are heard again or for the first time, with what webhooks
 * are told of it. Called each second, in a transaction of its own: runners are locked before everything else. While the service was
 * away no runner could be heard, so that one that is silent has as long again to come back.
 */
export async function watchRunners(db: Db, online_s: number): Promise<RunnerChange[]> {
  const due = changed(online_s);
  const [any] = await db
    .select({ one: sql`1` })
    .from(runners)
    .where(due)
    .limit(1);
  if (!any) return [];
  return db.transaction(async (tx) => {
    const changes = await writeChanges(tx, due);
    for (const { data, ...change } of changes) await noteRunner(tx, { ...change, data });
    return changes.map(({ runner_id, project_id, type }) => ({ runner_id, project_id, type }));
  });
}

function changed(online_s: number): SQL {
  const since = inSeconds(-online_s);
  const isBack = sql`exists (select 1 from ${serviceClock} where ${serviceClock.back_at} > ${since})`;
  return sql`((${runners.offline_since} is null and ${runners.last_seen_at} < ${since} and not ${isBack})
    or (${runners.offline_since} is not null and ${runners.last_seen_at} >= ${since}))`;
}

async function writeChanges(tx: Tx, due: SQL): Promise<(RunnerChange & { data: Record<string, unknown> })[]> {
  const locked = tx
    .select({ id: runners.id })
    .from(runners)
    .where(due)
    .orderBy(runners.id)
    .limit(MAX_PER_TICK)
    .for('no key update', { skipLocked: true });
  const rows = await tx
    .update(runners)
    .set({ offline_since: sql`case when ${runners.offline_since} is null then ${now()} end` })
    .where(sql`${runners.id} in ${locked}`)
    .returning({
      runner_id: runners.id,
      project_id: runners.project_id,
      host_id: runners.host_id,
      version: runners.version,
      last_seen_at: runners.last_seen_at,
      offline_since: runners.offline_since,
    });
  return rows.map(({ runner_id, project_id, host_id, version, last_seen_at, offline_since }) => ({
    runner_id,
    project_id,
    type: offline_since === null ? ('runner.online' as const) : ('runner.offline' as const),
    data: { runner_id, host_id, version, shared: project_id === null, last_seen_at: last_seen_at.toISOString() },
  }));
}

import { type SQL, and, desc, eq, getTableColumns, gte, isNull, lte, or, sql } from 'drizzle-orm';
import type { HostFingerprint } from '../core/host.ts';
import type { TargetOffer } from '../core/offer.ts';
import type { Db } from './client.ts';
import { jobs } from './schema/jobs.ts';
import { runners } from './schema/runners.ts';
import { isLive } from './schema/states.ts';

export interface RunnerRow {
  readonly id: string;
  /** Null: shared. */
  readonly project_id: string | null;
  readonly host_id: string;
  readonly fingerprint: HostFingerprint;
  readonly fingerprint_digest: string;
  readonly version: string;
  readonly labels: Record<string, string>;
  /** Names of the targets that can run there. */
  readonly targets: string[];
  readonly created_at: Date;
  readonly session_started_at: Date;
  readonly last_seen_at: Date;
  /** It finishes what it holds and gets nothing new; a new session ends that. */
  readonly draining: boolean;
  /** The job it holds now, where that is of the asking project. */
  readonly job_id: string | null;
  readonly experiment_id: string | null;
  /** It holds a job, of whatever project. */
  readonly busy: boolean;
}

const {
  session_id: _session,
  offer_keys: _keys,
  targets: _offers,
  offline_since: _since,
  ...COLUMNS
} = getTableColumns(runners);
const SHOWN = {
  ...COLUMNS,
  // What it says of them may have a megabyte.
  targets: sql<
    string[]
  >`array(select offer ->> 'target' from json_array_elements(${runners.targets}) offer where offer ->> 'unavailable' is null)`,
};

/** The runners that serve the project, the one seen last first. */
export async function listRunners(db: Db, project_id: string): Promise<RunnerRow[]> {
  return selectRunners(db, project_id);
}

export async function getRunner(db: Db, project_id: string, id: string): Promise<RunnerRow | null> {
  const [row] = await selectRunners(db, project_id, eq(runners.id, id));
  return row ?? null;
}

function selectRunners(db: Db, project_id: string, condition?: SQL) {
  const own = sql`${jobs.project_id} = ${project_id}`;
  return db
    .select({
      ...SHOWN,
      job_id: sql<string | null>`case when ${own} then ${jobs.id} end`,
      experiment_id: sql<string | null>`case when ${own} then ${jobs.experiment_id} end`,
      busy: sql<boolean>`${jobs.id} is not null`,
    })
    .from(runners)
    .leftJoin(jobs, and(eq(jobs.runner_id, runners.id), isLive(jobs.state)))
    .where(and(serves(project_id), condition))
    .orderBy(desc(runners.last_seen_at), desc(runners.id));
}

function serves(project_id: string): SQL | undefined {
  return or(eq(runners.project_id, project_id), isNull(runners.project_id));
}

/** Whose runners may be changed: the project's own, and with `shared` those that serve every project. */
interface Reach {
  readonly shared?: boolean;
}

function owned(project_id: string, id: string, { shared = false }: Reach): SQL | undefined {
  const whose = shared ? serves(project_id) : eq(runners.project_id, project_id);
  return and(whose, eq(runners.id, id));
}

/** False: no such runner within reach. */
export async function drainRunner(db: Db, project_id: string, id: string, reach: Reach = {}): Promise<boolean> {
  const drained = await db
    .update(runners)
    .set({ draining: true })
    .where(owned(project_id, id, reach))
    .returning({ id: runners.id });
  return drained.length > 0;
}

export async function deleteRunner(
  db: Db,
  project_id: string,
  id: string,
  reach: Reach = {},
): Promise<'deleted' | 'not-found' | 'busy'> {
  const own = owned(project_id, id, reach);
  return db.transaction(async (tx) => {
    const [runner] = await tx.select({ id: runners.id }).from(runners).where(own).for('update');
    if (!runner) return 'not-found';
    const [held] = await tx
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.runner_id, id), isLive(jobs.state)));
    if (held) return 'busy';
    await tx.delete(runners).where(own);
    return 'deleted';
  });
}

/** Of what runners offer, so much is read at once: all that eight of them may say. A usual offer has a few kB, and a fleet the same. */
const MAX_OFFER_BYTES = 8 * 1024 * 1024;

/**
 * What runners seen since then offered to the project, the one seen last first, and once what several offer; null: it never had a
 * runner.
 */
export async function listOffers(db: Db, project_id: string, since: Date): Promise<TargetOffer[] | null> {
  return db.transaction(async (tx) => {
    const [any] = await tx.select({ id: runners.id }).from(runners).where(serves(project_id)).limit(1);
    if (!any) return null;
    const text = sql<string>`${runners.targets}::text`;
    const said = tx
      .select({ text: text.as('said_text'), seen: sql`max(${runners.last_seen_at})`.as('seen') })
      .from(runners)
      .where(and(serves(project_id), gte(runners.last_seen_at, since)))
      .groupBy(text)
      .as('said');
    const order = sql`order by ${said.seen} desc, md5(${said.text})`;
    const summed = tx
      .select({
        text: said.text,
        place: sql<number>`row_number() over (${order})`.as('place'),
        bytes: sql<number>`sum(octet_length(${said.text})) over (${order})`.as('bytes'),
      })
      .from(said)
      .as('summed');
    const rows = await tx
      .select({ text: summed.text })
      .from(summed)
      .where(lte(summed.bytes, MAX_OFFER_BYTES))
      .orderBy(summed.place);
    return rows.flatMap((row) => JSON.parse(row.text) as TargetOffer[]);
  });
}

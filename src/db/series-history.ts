import { type SQL, and, desc, eq, isNotNull, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { SessionCell, SessionFacts } from '../core/gate/baseline.ts';
import type { GateVerdict } from '../core/gate/verdict.ts';
import { METRICS, type Metric } from '../core/metric.ts';
import type { MetricValue } from '../core/results.ts';
import { MIN_SESSIONS } from '../core/stats/session-spread.ts';
import type { Db } from './client.ts';
import { type ExperimentCursor, isBefore } from './experiments-list.ts';
import { experiments } from './schema/experiments.ts';
import type { Unjudged } from './verdicts.ts';

/** Which experiments are the history of a series: those of its main branch that have succeeded. */
export interface HistoryOf {
  readonly project_id: string;
  readonly series: string;
  readonly main_branch: string;
}

function isOfHistory({ project_id, series, main_branch }: HistoryOf): SQL | undefined {
  return and(
    eq(experiments.project_id, project_id),
    eq(experiments.series, series),
    eq(experiments.status, 'succeeded'),
    sql`${experiments.labels} ->> 'branch' = ${main_branch}`,
  );
}

/** What is read of results at once, as they are stored, packed: some 30 MiB of text, of which the database takes a second. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The newest that fit the condition: as many as `limit`, each with the bytes of results of those before it and how many there are. */
function newest(db: Db, condition: SQL | undefined, limit: number) {
  const found = db
    .select({
      id: experiments.id,
      created_at: experiments.created_at,
      bytes: sql<number>`pg_column_size(${experiments.results})`.as('bytes'),
    })
    .from(experiments)
    .where(and(condition, isNotNull(experiments.results)))
    .orderBy(desc(experiments.created_at), desc(experiments.id))
    .limit(limit)
    .as('found');
  const order = sql`order by ${found.created_at} desc, ${found.id} desc rows between unbounded preceding and 1 preceding`;
  return db
    .select({
      id: found.id,
      bytes_before: sql<number>`coalesce(sum(${found.bytes}) over (${order}), 0)`.as('bytes_before'),
      rows_before: sql<number>`count(*) over (${order})`.as('rows_before'),
      found: sql<number>`count(*) over ()`.as('found_count'),
    })
    .from(found)
    .as('newest');
}

/** For each cell of the results what `of` makes of it, a JSON list in the order of the results. */
function cellsOf<Cell>(of: SQL, condition: SQL = sql`true`): SQL<Cell[]> {
  return sql<Cell[]>`(select coalesce(json_agg(${of} order by cell.place), '[]'::json)
    from json_array_elements(${experiments.results} -> 'cells') with ordinality as cell(value, place) where ${condition})`;
}

/** A key of a cell, by a name of ours. */
const keyOf = (name: string): SQL => sql.raw(`'${name}', cell.value -> '${name}'`);

/** One metric of one cell. */
export interface HistoryCell {
  readonly cell: string;
  readonly validity: 'valid' | 'suspect' | 'invalid' | null;
  /** Null: its results are older than the metric. */
  readonly metric: MetricValue | null;
}

/** An experiment of the history: one measurement session. */
export interface HistoryRow extends ExperimentCursor {
  readonly name: string;
  readonly ended_at: Date | null;
  readonly labels: Record<string, string>;
  readonly verdict: GateVerdict | null;
  readonly host_digest: string | null;
  readonly cells: HistoryCell[];
}

export interface HistoryPage {
  readonly metric: Metric;
  /** Null: all of them. */
  readonly cell: string | null;
  readonly limit: number;
  readonly cursor: ExperimentCursor | null;
}

/** The history, newest first. A page may be shorter than `limit` where results are large; `next` is null on the last. */
export async function listHistory(
  db: Db,
  of: HistoryOf,
  page: HistoryPage,
): Promise<{ rows: HistoryRow[]; next: ExperimentCursor | null }> {
  const { limit, cursor, cell, metric } = page;
  // One more than asked for tells whether there is a next page.
  const candidates = newest(db, and(isOfHistory(of), cursor === null ? undefined : isBefore(cursor)), limit + 1);
  const values = sql`json_build_object(${keyOf('cell')}, ${keyOf('validity')}, 'metric', cell.value -> ${metric}::text)`;
  const rows = await db
    .select({
      id: experiments.id,
      created_at: experiments.created_at,
      name: experiments.name,
      ended_at: experiments.ended_at,
      labels: experiments.labels,
      verdict: experiments.verdict,
      host_digest: sql<string | null>`${experiments.host} ->> 'digest'`,
      cells: cellsOf<HistoryCell>(values, cell === null ? undefined : sql`cell.value ->> 'cell' = ${cell}::text`),
      found: sql<number>`${candidates.found}::int`,
    })
    .from(candidates)
    .innerJoin(experiments, eq(experiments.id, candidates.id))
    .where(lt(candidates.bytes_before, MAX_BYTES))
    .orderBy(desc(experiments.created_at), desc(experiments.id))
    .limit(limit);
  const last = rows.at(-1);
  const more = last !== undefined && last.found > rows.length;
  return {
    rows: rows.map(({ found: _found, ...row }) => row),
    next: more ? { created_at: last.created_at, id: last.id } : null,
  };
}

const SESSION_KEYS = [
  'cell',
  'workers',
  'load',
  'workload',
  'validity',
  ...METRICS,
] as const satisfies readonly (keyof SessionCell)[];

/**
 * The newest sessions of the history on one host, `except` left out; fewer than `limit` where results are large, but as many as a gate
 * needs: of the largest experiments it would never have a history otherwise.
 */
export async function listSessions(
  db: Db,
  of: HistoryOf,
  which: { readonly host_digest: string; readonly except: string; readonly limit: number },
): Promise<SessionFacts[]> {
  const { host_digest, except, limit } = which;
  const onHost = sql`${experiments.host} ->> 'digest' = ${host_digest}`;
  const sessions = newest(db, and(isOfHistory(of), onHost, ne(experiments.id, except)), limit);
  return db
    .select({
      experiment_id: experiments.id,
      host_digest: sql<string>`${experiments.host} ->> 'digest'`,
      cells: cellsOf<SessionCell>(sql`json_build_object(${sql.join(SESSION_KEYS.map(keyOf), sql`, `)})`),
    })
    .from(sessions)
    .innerJoin(experiments, eq(experiments.id, sessions.id))
    .where(or(lt(sessions.bytes_before, MAX_BYTES), lt(sessions.rows_before, MIN_SESSIONS)))
    .orderBy(desc(experiments.created_at), desc(experiments.id));
}

/** Experiments of the history whose results were not made: the service ended between their end and that. The newest `limit`. */
export async function listWithoutResults(db: Db, of: HistoryOf, limit: number): Promise<Unjudged[]> {
  return db
    .select({ project_id: experiments.project_id, id: experiments.id })
    .from(experiments)
    .where(and(isOfHistory(of), isNull(experiments.results)))
    .orderBy(desc(experiments.created_at), desc(experiments.id))
    .limit(limit);
}

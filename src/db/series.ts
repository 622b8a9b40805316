import { and, asc, eq, gt, isNotNull, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { Db } from './client.ts';
import { experiments } from './schema/experiments.ts';
import { DEFAULT_MAIN_BRANCH, series } from './schema/series.ts';

/** A series: what people have set for it, or the defaults. */
export interface SeriesRow {
  readonly name: string;
  /** Experiments with this `labels.branch` are its history. */
  readonly main_branch: string;
  /** What `base: series` compares with; null: nothing is pinned. */
  readonly baseline_experiment_id: string | null;
  readonly baseline_set_at: Date | null;
}

export const SERIES_ROW = {
  name: series.name,
  main_branch: series.main_branch,
  baseline_experiment_id: series.baseline_experiment_id,
  baseline_set_at: series.baseline_set_at,
};

/** Null: nothing was set for it, and no experiment is of it. */
export async function getSeries(db: Db, project_id: string, name: string): Promise<SeriesRow | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select(SERIES_ROW)
      .from(series)
      .where(and(eq(series.project_id, project_id), eq(series.name, name)));
    if (row) return row;
    const [member] = await tx
      .select({ id: experiments.id })
      .from(experiments)
      .where(and(eq(experiments.project_id, project_id), eq(experiments.series, name)))
      .limit(1);
    if (!member) return null;
    return { name, main_branch: DEFAULT_MAIN_BRANCH, baseline_experiment_id: null, baseline_set_at: null };
  });
}

/** The series of a project by name, those after `after` (null: from the first). `next` is null on the last page. */
export async function listSeries(
  db: Db,
  project_id: string,
  page: { readonly after: string | null; readonly limit: number },
): Promise<{ series: SeriesRow[]; next: string | null }> {
  const { after, limit } = page;
  const measured = db
    .selectDistinct({ name: sql<string>`${experiments.series}`.as('series_name') })
    .from(experiments)
    .where(and(eq(experiments.project_id, project_id), isNotNull(experiments.series)));
  const set = db
    .select({ name: sql<string>`${series.name}`.as('series_name') })
    .from(series)
    .where(eq(series.project_id, project_id));
  const all = unionAll(measured, set).as('all_series');
  const rows = await db
    .selectDistinct({
      ...SERIES_ROW,
      name: all.name,
      main_branch: sql<string>`coalesce(${series.main_branch}, ${DEFAULT_MAIN_BRANCH})`,
    })
    .from(all)
    .leftJoin(series, and(eq(series.project_id, project_id), eq(series.name, all.name)))
    .where(after === null ? undefined : gt(all.name, after))
    .orderBy(asc(all.name))
    // One more than asked for tells whether there is a next page.
    .limit(limit + 1);
  const shown = rows.slice(0, limit);
  return { series: shown, next: rows.length > limit ? (shown.at(-1)?.name ?? null) : null };
}

/** Sets the branch whose experiments are the history; the series need not have any yet. */
export async function setMainBranch(
  db: Db,
  project_id: string,
  { name, main_branch }: { readonly name: string; readonly main_branch: string },
): Promise<SeriesRow> {
  const [row] = await db
    .insert(series)
    .values({ project_id, name, main_branch })
    .onConflictDoUpdate({ target: [series.project_id, series.name], set: { main_branch: sql`excluded.main_branch` } })
    .returning(SERIES_ROW);
  if (!row) throw new Error('an upsert returned no row');
  return row;
}

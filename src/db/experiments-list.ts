import { type SQL, and, desc, eq, sql } from 'drizzle-orm';
import type { ExperimentState } from '../core/job.ts';
import type { Db } from './client.ts';
import { EXPERIMENT_SUMMARY, type ExperimentSummary } from './experiments.ts';
import { experiments } from './schema/experiments.ts';

/** The place after which a page begins: the last row of the page before. */
export interface ExperimentCursor {
  readonly created_at: Date;
  readonly id: string;
}

export interface ExperimentFilter {
  readonly status?: ExperimentState;
  readonly series?: string;
  /** All of them must be on the experiment. */
  readonly label?: Record<string, string>;
  readonly limit: number;
  readonly cursor?: ExperimentCursor;
}

/** Newest first. `next` is null on the last page. */
export async function listExperiments(
  db: Db,
  project_id: string,
  filter: ExperimentFilter,
): Promise<{ experiments: ExperimentSummary[]; next: ExperimentCursor | null }> {
  const rows: ExperimentSummary[] = await db
    .select(EXPERIMENT_SUMMARY)
    .from(experiments)
    .where(and(eq(experiments.project_id, project_id), ...conditions(filter)))
    .orderBy(desc(experiments.created_at), desc(experiments.id))
    // One more than asked for tells whether there is a next page.
    .limit(filter.limit + 1);
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  const next = rows.length > filter.limit && last ? { created_at: last.created_at, id: last.id } : null;
  return { experiments: page, next };
}

function conditions({ status, series, label, cursor }: ExperimentFilter) {
  return [
    status === undefined ? undefined : eq(experiments.status, status),
    series === undefined ? undefined : eq(experiments.series, series),
    label === undefined ? undefined : sql`${experiments.labels} @> ${JSON.stringify(label)}::jsonb`,
    cursor === undefined ? undefined : isBefore(cursor),
  ];
}

/** Further on in a list that is newest first. */
export function isBefore({ created_at, id }: ExperimentCursor): SQL {
  return sql`(${experiments.created_at}, ${experiments.id}) < (${created_at.toISOString()}::timestamptz, ${id})`;
}

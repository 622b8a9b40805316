import { and, asc, eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { jobs } from './schema/jobs.ts';
import { trials } from './schema/trials.ts';
import { type TrialCursor, isBeyond } from './trials.ts';

/** What results are made from. Exactly one of the two texts is there. */
export interface SummaryRow extends TrialCursor {
  readonly id: string;
  /** JSON of a TrialSummary of the version asked for. */
  readonly summary: string | null;
  /** Where there is none of that version: the body to make it from. */
  readonly body: string | null;
}

/** Summaries of the current generation, by position and run: those after `after` (null: from the first). */
export async function listSummariesPage(
  db: Db,
  experiment_id: string,
  page: { readonly version: number; readonly after: TrialCursor | null; readonly limit: number },
): Promise<SummaryRow[]> {
  const { version, after, limit } = page;
  const isCurrent = sql`${trials.summary_version} = ${version}::int and ${trials.summary} is not null`;
  return db
    .select({
      id: trials.id,
      generation: trials.generation,
      position: trials.position,
      run: trials.run,
      summary: sql<string | null>`case when ${isCurrent} then ${trials.summary} end`,
      body: sql<string | null>`case when ${isCurrent} then null else ${trials.body} end`,
    })
    .from(trials)
    .innerJoin(jobs, eq(jobs.id, trials.job_id))
    .where(and(eq(trials.experiment_id, experiment_id), eq(jobs.experiment_id, experiment_id), isBeyond(after)))
    .orderBy(asc(trials.position), asc(trials.run))
    .limit(limit);
}

/**
 * How many rows the views `requests` and `seconds` have of the current generation. A summary begins with them: so its head is all
 * that is read of it. Where there is no summary they are counted in the body.
 */
export async function countTrialRows(
  db: Db,
  experiment_id: string,
  version: number,
): Promise<{ requests: number; seconds: number }> {
  const head = sql`substring(left(${trials.summary}, 100) from '^\\{"rows":(\\{[^}]*\\})')::json`;
  const rows = sql`case when ${trials.summary_version} = ${version}::int then ${head} end`;
  const load = sql`${trials.body}::json -> 'load'`;
  // Of a plan of several requests a row for each name.
  const names = sql`greatest(coalesce(json_array_length(${load} -> 'by_request'), 0), 1)`;
  const requests = sql`coalesce((${rows} ->> 'requests')::int, case when json_typeof(${load}) = 'object' then ${names} else 0 end)`;
  const seconds = sql`coalesce((${rows} ->> 'seconds')::int, json_array_length(${load} -> 'seconds'), 0)`;
  const [row] = await db
    .select({
      requests: sql<number>`coalesce(sum(${requests}), 0)::int`,
      seconds: sql<number>`coalesce(sum(${seconds}), 0)::int`,
    })
    .from(trials)
    .innerJoin(jobs, and(eq(jobs.id, trials.job_id), eq(jobs.generation, trials.generation)))
    .where(and(eq(trials.experiment_id, experiment_id), eq(jobs.experiment_id, experiment_id)));
  return row ?? { requests: 0, seconds: 0 };
}

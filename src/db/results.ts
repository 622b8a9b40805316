import { and, eq, gte, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { experiments } from './schema/experiments.ts';

/** A results document as it is kept and sent: its text is never parsed on the way. */
export interface ResultsText {
  readonly text: string;
  /** SHA-256 of its UTF-8 bytes, hex. */
  readonly digest: string;
}

/**
 * Results of an ended experiment, made once, by the summariser `version` or a newer one. Null: none stored yet, or only older
 * ones (or no such experiment, or not ended).
 */
export async function getResults(db: Db, experiment_id: string, version: number): Promise<ResultsText | null> {
  const [row] = await db
    .select({ text: sql<string | null>`${experiments.results}::text`, digest: experiments.results_digest })
    .from(experiments)
    .where(and(eq(experiments.id, experiment_id), gte(experiments.results_version, version)));
  return row?.text && row.digest ? { text: row.text, digest: row.digest } : null;
}

/** The same without the document, which may have megabytes. */
export async function getResultsDigest(db: Db, experiment_id: string, version: number): Promise<string | null> {
  const [row] = await db
    .select({ digest: experiments.results_digest })
    .from(experiments)
    .where(and(eq(experiments.id, experiment_id), gte(experiments.results_version, version)));
  return row?.digest ?? null;
}

/** Keeps the results of an experiment that has ended; the first of a version to store wins. False: kept nothing. */
export async function storeResults(
  db: Db,
  experiment_id: string,
  stored: ResultsText & { readonly version: number },
): Promise<boolean> {
  const { text, digest, version } = stored;
  const older = or(
    isNull(experiments.results),
    isNull(experiments.results_version),
    lt(experiments.results_version, version),
  );
  const kept = await db
    .update(experiments)
    // By way of text: a driver that knows the column as JSON would make a JSON string of it.
    .set({ results: sql`${text}::text::json`, results_digest: digest, results_version: version })
    .where(and(eq(experiments.id, experiment_id), isNotNull(experiments.ended_at), older))
    .returning({ id: experiments.id });
  return kept.length > 0;
}

/** How many cells of the stored results have which validity; empty without results. */
export async function countValidity(
  db: Db,
  experiment_id: string,
): Promise<{ validity: 'valid' | 'suspect' | 'invalid' | null; cells: number }[]> {
  const validity = sql<'valid' | 'suspect' | 'invalid' | null>`cell.value ->> 'validity'`;
  return db
    .select({ validity, cells: sql<number>`count(*)::int` })
    .from(experiments)
    .innerJoin(sql`json_array_elements(${experiments.results} -> 'cells') as cell(value)`, sql`true`)
    .where(eq(experiments.id, experiment_id))
    .groupBy(validity);
}

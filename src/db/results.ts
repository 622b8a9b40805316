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

/** Results with the version of the summariser that made them. */
export interface MadeText extends ResultsText {
  readonly version: number;
}

/** The columns that hold them. By way of text: a driver that knows the column as JSON would make a JSON string of it. */
export function storedText({ text, digest, version }: MadeText) {
  return { results: sql`${text}::text::json`, results_digest: digest, results_version: version };
}

/**
 * Keeps the results of an experiment that has its verdict; the first of a version to store wins. False: kept nothing. Those of one
 * that is still to be judged are kept with the verdict that they hold, by `settleVerdict`.
 */
export async function storeResults(db: Db, experiment_id: string, stored: MadeText): Promise<boolean> {
  const { version } = stored;
  const older = or(
    isNull(experiments.results),
    isNull(experiments.results_version),
    lt(experiments.results_version, version),
  );
  const kept = await db
    .update(experiments)
    .set(storedText(stored))
    .where(and(eq(experiments.id, experiment_id), isNotNull(experiments.verdict), older))
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

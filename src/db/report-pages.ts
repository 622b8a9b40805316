import { and, eq, gte, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { experiments } from './schema/experiments.ts';
import { reportPages } from './schema/report-pages.ts';

/** A page as it is sent to who takes gzip, with the headers that belong to it. */
export interface ReportPage {
  readonly html_gzip: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a page is made from: other results, or another renderer, make another page. */
export interface PageSource {
  readonly results_digest: string;
  readonly renderer: string;
}

/** The stored page of an experiment if this renderer made it from the results that are stored now; else null. */
export async function getPage(
  db: Db,
  experiment_id: string,
  wanted: { readonly renderer: string; readonly results_version: number },
): Promise<ReportPage | null> {
  const madeFrom = sql`${experiments.results_digest} || '.' || ${wanted.renderer}::text`;
  const [row] = await db
    .select({ html_gzip: reportPages.html_gzip, headers: reportPages.headers })
    .from(reportPages)
    .innerJoin(experiments, eq(experiments.id, reportPages.experiment_id))
    .where(
      and(
        eq(reportPages.experiment_id, experiment_id),
        gte(experiments.results_version, wanted.results_version),
        sql`${reportPages.made_from} = ${madeFrom}`,
      ),
    );
  return row ? { html_gzip: row.html_gzip, headers: JSON.parse(row.headers) as ReportPage['headers'] } : null;
}

/** Keeps the page in place of an older one. */
export async function storePage(db: Db, experiment_id: string, page: ReportPage & PageSource): Promise<void> {
  const made = {
    made_from: `${page.results_digest}.${page.renderer}`,
    html_gzip: page.html_gzip,
    headers: JSON.stringify(page.headers),
  };
  await db
    .insert(reportPages)
    .values({ experiment_id, ...made })
    .onConflictDoUpdate({ target: reportPages.experiment_id, set: { ...made, rendered_at: sql`now()` } });
}

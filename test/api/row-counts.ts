import { count, getTableName } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import { events } from '../../src/db/schema/events.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { idempotency } from '../../src/db/schema/idempotency.ts';
import { jobs } from '../../src/db/schema/jobs.ts';
import { firstOperator, keys, projects } from '../../src/db/schema/projects.ts';
import { reportPages } from '../../src/db/schema/report-pages.ts';
import { runners } from '../../src/db/schema/runners.ts';
import { secrets } from '../../src/db/schema/secrets.ts';
import { trials } from '../../src/db/schema/trials.ts';

const TABLES = [
  events,
  experiments,
  firstOperator,
  idempotency,
  jobs,
  keys,
  projects,
  reportPages,
  runners,
  secrets,
  trials,
];

/** Rows of every table: equal before and after, nothing was stored. */
export async function rowCounts(db: Db): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    const [row] = await db.select({ rows: count() }).from(table);
    counts[getTableName(table)] = row?.rows ?? 0;
  }
  return counts;
}

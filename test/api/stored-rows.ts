import { getTableName, sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import { events } from '../../src/db/schema/events.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { hookDeliveries, hooks, pullRequests } from '../../src/db/schema/hooks.ts';
import { idempotency } from '../../src/db/schema/idempotency.ts';
import { jobs } from '../../src/db/schema/jobs.ts';
import { firstOperator, keys, projects } from '../../src/db/schema/projects.ts';
import { reportPages } from '../../src/db/schema/report-pages.ts';
import { runners } from '../../src/db/schema/runners.ts';
import { secrets } from '../../src/db/schema/secrets.ts';
import { series } from '../../src/db/schema/series.ts';
import { trials } from '../../src/db/schema/trials.ts';
import { deliveries, deliveryAttempts, webhooks } from '../../src/db/schema/webhooks.ts';

const TABLES = [
  deliveries,
  deliveryAttempts,
  events,
  experiments,
  firstOperator,
  hookDeliveries,
  hooks,
  idempotency,
  jobs,
  keys,
  projects,
  pullRequests,
  reportPages,
  runners,
  secrets,
  series,
  trials,
  webhooks,
];

/** Signs of life, which a refused request of a key or of the holder of a lease gives too. */
const SIGNS_OF_LIFE = ['last_used_at', 'last_seen_at', 'lease_expires_at'];

/** For every table its number of rows and a digest of all that is in them: equal before and after, nothing was stored. */
export async function storedRows(db: Db): Promise<Record<string, string>> {
  const stored: Record<string, string> = {};
  for (const table of TABLES) {
    const content = sql`(to_jsonb(${table}) - ${sql.raw(`array['${SIGNS_OF_LIFE.join("','")}']`)})::text`;
    const [row] = await db
      .select({
        rows: sql<string>`count(*) || ' ' || md5(coalesce(string_agg(${content}, ',' order by ${content}), ''))`,
      })
      .from(table);
    stored[getTableName(table)] = row?.rows ?? '';
  }
  return stored;
}

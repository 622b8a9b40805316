import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import { jobs } from './schema/jobs.ts';
import { projects } from './schema/projects.ts';

/** Whose jobs: those of one project (its id, or a placeholder for it); null, for a shared runner: of all. */
type Project = string | Placeholder | null;

/**
 * Whether a waiting job may be given to the runner that the relation `runner` holds (of no row: none may): of its project, what the
 * spec deploys contained in what the runner offers, and the labels that it requires in those the runner has. A job whose time is
 * over is not: its end is the expiry's to write.
 *
 * `coalesce` also tells the planner less: it takes `<@` for so selective that it would read and sort the whole queue, where the
 * first rows of the index are enough. States are literals, so that a plan made for any values still knows the partial index.
 */
export function isFor(runner: string, project_id: Project): SQL {
  const its = (column: string) => sql.raw(`(select ${column} from ${runner})`);
  const owned = project_id === null ? sql`true` : sql`${jobs.project_id} = ${project_id}`;
  return sql`${jobs.state} = 'queued' and ${owned}
    and coalesce(${jobs.needs} <@ ${its('offer_keys')}, false)
    and coalesce(${jobs.runner_labels} <@ ${its('labels')}, false)
    and ${jobs.queued_at} + make_interval(secs => ${jobs.queue_timeout_s}) > now()
    and coalesce(${jobs.deadline_at} > now(), true)`;
}

/**
 * Whether anything waits for it: `created_at` of the first such job, one row or none, without a lock. The order is that of the index, so
 * that no other plan is cheaper.
 */
export function firstFor(runner: string, project_id: Project): SQL {
  return sql`select ${jobs.created_at} from ${jobs} where ${isFor(runner, project_id)} and exists (select 1 from ${sql.raw(runner)})
    order by ${jobs.project_id}, ${jobs.created_at}, ${jobs.id} limit 1`;
}

interface Wanted {
  /** How many, `most` at most; default: one. */
  readonly atMost?: { readonly count: SQL; readonly most: number };
  /** What is to hold besides. */
  readonly when?: SQL;
}

/**
 * The jobs that are given next, locked: `id`, `attempt`, `created_at`. The oldest; for a shared runner that of the project whose last
 * turn is longest ago. Two runners never wait for, nor get, the same job: rows that others have locked are passed over.
 */
export function nextFor(runner: string, project_id: Project, { atMost, when = sql`true` }: Wanted = {}): SQL {
  const condition = sql`${isFor(runner, project_id)} and ${when}`;
  const what = sql`${jobs.id}, ${jobs.attempt}, ${jobs.created_at}`;
  const most = sql.raw(String(atMost?.most ?? 1));
  const locked =
    project_id !== null
      ? sql`select ${what} from ${jobs} where ${condition}
          order by ${jobs.created_at}, ${jobs.id} limit ${most} for update skip locked`
      : sql`select ${what} from ${jobs} join ${projects} on ${projects.id} = ${jobs.project_id} where ${condition}
          order by ${projects.last_claimed_at} nulls first, ${jobs.created_at}, ${jobs.id} limit ${most} for update of ${jobs} skip locked`;
  // Rows are locked as they are asked for, so no more than the count; the planner is told the number, or it would plan for a tenth of the queue.
  return atMost === undefined ? locked : sql`select * from (${locked}) as waiting_jobs limit ${atMost.count}`;
}

/** Ends a project's turn, where a shared runner took a job of it: the relation `job`. */
export const TURN_TAKEN = sql`update ${projects} set last_claimed_at = now() from job where ${projects.id} = job.project_id`;

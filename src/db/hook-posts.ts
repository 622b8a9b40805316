import { and, desc, eq, lt } from 'drizzle-orm';
import type { Db } from './client.ts';
import { type AttemptRow, attemptsOf, type DeliveryRow, SHOWN_OUTBOUND } from './deliveries.ts';
import { ownHook } from './hooks.ts';
import { hooks } from './schema/hooks.ts';
import { deliveries } from './schema/webhooks.ts';

/** What a hook writes to its code host. */
export const POST_KINDS = ['commit-status', 'comment'] as const;

export interface HookPostRow extends DeliveryRow {
  readonly kind: (typeof POST_KINDS)[number];
  /** `owner/name@sha` of a commit status, `owner/name#number` of a comment. */
  readonly subject: string;
}

export interface WholeHookPost extends HookPostRow {
  /** The latest attempts, oldest first. */
  readonly log: readonly AttemptRow[];
}

interface Page {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly before: number | null;
}

const SHOWN_POST = { ...SHOWN_OUTBOUND, kind: deliveries.kind, subject: deliveries.subject };

/** A row of a hook is of one of these kinds, and has a subject: the table's checks hold it to that. */
function postOf(row: DeliveryRow & { kind: (typeof deliveries.$inferSelect)['kind']; subject: string | null }) {
  return { ...row, kind: row.kind as HookPostRow['kind'], subject: row.subject ?? '' };
}

/** Of one hook, newest first. Null: the project has no such hook. */
export async function listHookPosts(
  db: Db,
  project_id: string,
  hook_id: string,
  { limit, before }: Page,
): Promise<{ posts: HookPostRow[]; next: number | null } | null> {
  return db.transaction(async (tx) => {
    const [hook] = await tx.select({ id: hooks.id }).from(hooks).where(ownHook(project_id, hook_id));
    if (!hook) return null;
    const older = before === null ? undefined : lt(deliveries.seq, before);
    const rows = await tx
      .select({ ...SHOWN_POST, seq: deliveries.seq })
      .from(deliveries)
      .where(and(eq(deliveries.hook_id, hook_id), older))
      .orderBy(desc(deliveries.seq))
      // One more than asked for tells whether there is a next page.
      .limit(limit + 1);
    const page = rows.slice(0, limit);
    return { posts: page.map(postOf), next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null };
  });
}

/** One, with what came of each attempt. Null: the project's hook has written no such thing. */
export async function getHookPost(
  db: Db,
  project_id: string,
  hook_id: string,
  id: string,
): Promise<WholeHookPost | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select(SHOWN_POST)
      .from(deliveries)
      .where(and(eq(deliveries.project_id, project_id), eq(deliveries.hook_id, hook_id), eq(deliveries.id, id)));
    return row ? { ...postOf(row), log: await attemptsOf(tx, id) } : null;
  });
}

import { and, asc, eq, gt } from 'drizzle-orm';
import type { Db } from './client.ts';
import { type EVENT_TYPES, events } from './schema/events.ts';
import { experiments } from './schema/experiments.ts';

export type EventType = (typeof EVENT_TYPES)[number];

export interface EventRow {
  /** From 1, without gaps, within the experiment. */
  readonly seq: number;
  readonly type: EventType;
  readonly data: Record<string, unknown>;
  readonly at: Date;
}

/** Events after `after` (0: all), oldest first, at most `limit`; null: the project has no such experiment. */
export async function listEvents(
  db: Db,
  project_id: string,
  experiment_id: string,
  page: { readonly after: number; readonly limit: number },
): Promise<EventRow[] | null> {
  return db.transaction(async (tx) => {
    const [experiment] = await tx
      .select({ id: experiments.id })
      .from(experiments)
      .where(and(eq(experiments.project_id, project_id), eq(experiments.id, experiment_id)));
    if (!experiment) return null;
    return tx
      .select({ seq: events.seq, type: events.type, data: events.data, at: events.at })
      .from(events)
      .where(and(eq(events.experiment_id, experiment_id), gt(events.seq, page.after)))
      .orderBy(asc(events.seq))
      .limit(page.limit);
  });
}

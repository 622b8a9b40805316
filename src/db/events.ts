import type { Db } from './client.ts';

export const EVENT_TYPES = [
  'queued',
  'claimed',
  'started',
  'trial-stored',
  'requeued',
  'lease-revived',
  'cancel-requested',
  'succeeded',
  'failed',
  'canceled',
] as const;
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
  throw new Error(String([db, project_id, experiment_id, page]));
}

import type { Db } from './client.ts';
import { insertExperiment, type NewExperiment } from './experiments.ts';
import { noteStarted } from './hook-deliveries.ts';
import { holdHook } from './hooks.ts';
import { holdWaiting, keyOf, noteApproval, type PullRequestChange } from './pull-requests.ts';
import { QueueFull, requireRoom } from './queue-room.ts';

export type ApproveAnswer =
  | { readonly kind: 'started' }
  /** A newer commit took its place, the pull request was closed, or somebody else was faster. */
  | { readonly kind: 'not-waiting' }
  | { readonly kind: 'quota-exceeded'; readonly max_queued: number };

/**
 * Starts what waits for approval, for that commit only: the next one of the pull request waits again. Lock order: hook, pull request,
 * project, experiment.
 */
export async function approveWaiting(
  db: Db,
  hook_id: string,
  change: PullRequestChange,
  created: NewExperiment,
): Promise<ApproveAnswer> {
  const key = keyOf(hook_id, change);
  const { head_sha } = change;
  try {
    return await db.transaction(async (tx) => {
      const hook = await holdHook(tx, hook_id);
      const waiting = hook === null ? null : await holdWaiting(tx, key);
      if (waiting?.head_sha !== head_sha) return { kind: 'not-waiting' };
      await requireRoom(tx, created.experiment.project_id);
      const { id } = await insertExperiment(tx, created);
      await noteApproval(tx, key, head_sha, id);
      await noteStarted(tx, { hook_id, pull_request: key.number, head_sha }, id);
      return { kind: 'started' };
    });
  } catch (error) {
    if (error instanceof QueueFull) return { kind: 'quota-exceeded', max_queued: error.max_queued };
    throw error;
  }
}

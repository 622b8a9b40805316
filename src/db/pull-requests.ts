import { and, eq } from 'drizzle-orm';
import type { HookChange } from '../core/hook/hook-change.ts';
import type { KnownPullRequest } from '../core/hook/pull-request-turn.ts';
import type { Tx } from './client.ts';
import { experiments } from './schema/experiments.ts';
import { pullRequests } from './schema/hooks.ts';

/** A change that belongs to a pull request. */
export type PullRequestChange = HookChange & { readonly pull_request: NonNullable<HookChange['pull_request']> };

/** A pull request as it was before this event, its row locked. */
export interface HeldPullRequest extends KnownPullRequest {
  readonly updated_at: Date;
  readonly experiment_id: string | null;
  readonly waiting: HookChange | null;
}

interface PullRequestKey {
  readonly hook_id: string;
  readonly repo: string;
  readonly number: number;
}

/** Of an event that names no repository, as a generic one may: the hook has only that one. */
export function keyOf(hook_id: string, change: PullRequestChange): PullRequestKey {
  return { hook_id, repo: change.repo ?? '', number: change.pull_request.number };
}

const isThe = ({ hook_id, repo, number }: PullRequestKey) =>
  and(eq(pullRequests.hook_id, hook_id), eq(pullRequests.repo, repo), eq(pullRequests.number, number));

function valuesOf({ pull_request: { updated_at, is_open, fork }, head_sha, base_sha, branch }: PullRequestChange) {
  return { updated_at: new Date(updated_at), is_open, fork, head_sha, base_sha, branch };
}

/**
 * Locks the pull request until the transaction ends, so that its events come one after another. Null: this is its first event, from
 * which its row was made.
 */
export async function holdPullRequest(
  tx: Tx,
  key: PullRequestKey,
  change: PullRequestChange,
): Promise<HeldPullRequest | null> {
  const known = await lock(tx, key);
  if (known !== null) return known;
  const made = await tx
    .insert(pullRequests)
    .values({ ...key, ...valuesOf(change) })
    .onConflictDoNothing()
    .returning({ number: pullRequests.number });
  return made.length > 0 ? null : lock(tx, key);
}

async function lock(tx: Tx, key: PullRequestKey): Promise<HeldPullRequest | null> {
  const [row] = await tx
    .select({
      updated_at: pullRequests.updated_at,
      head_sha: pullRequests.head_sha,
      base_sha: pullRequests.base_sha,
      approved_sha: pullRequests.approved_sha,
      experiment_id: pullRequests.experiment_id,
      waiting: pullRequests.waiting,
    })
    .from(pullRequests)
    .where(isThe(key))
    .for('update');
  if (!row) return null;
  return { ...row, experiment: row.experiment_id === null ? null : await stateOf(tx, row.experiment_id) };
}

async function stateOf(tx: Tx, id: string): Promise<KnownPullRequest['experiment']> {
  const [row] = await tx
    .select({ status: experiments.status, cancel_requested_at: experiments.cancel_requested_at })
    .from(experiments)
    .where(eq(experiments.id, id));
  return row ? { status: row.status, canceling: row.cancel_requested_at !== null } : null;
}

/** Brings the pull request up to what the event says, and to what came of it. */
export async function notePullRequest(
  tx: Tx,
  key: PullRequestKey,
  change: PullRequestChange,
  came: { readonly experiment_id: string | null; readonly waiting: HookChange | null },
): Promise<void> {
  await tx
    .update(pullRequests)
    .set({ ...valuesOf(change), ...came })
    .where(isThe(key));
}

/** What waits is started: this commit may run, no other. */
export async function noteApproval(tx: Tx, key: PullRequestKey, sha: string, experiment_id: string): Promise<void> {
  await tx.update(pullRequests).set({ approved_sha: sha, experiment_id, waiting: null }).where(isThe(key));
}

/** What waits for approval, its row locked. Null: nothing does. */
export async function holdWaiting(tx: Tx, key: PullRequestKey): Promise<HookChange | null> {
  return (await lock(tx, key))?.waiting ?? null;
}

import { and, eq, sql } from 'drizzle-orm';
import type { ThresholdResult } from '../core/gate/verdict.ts';
import type { HostFingerprint } from '../core/host.ts';
import type { Origin } from '../core/origin.ts';
import type { Db } from './client.ts';
import { experiments } from './schema/experiments.ts';
import { pullRequests } from './schema/hooks.ts';

/** What a code host is told of an experiment. */
export interface ToldExperiment {
  readonly id: string;
  readonly name: string;
  readonly status: (typeof experiments.$inferSelect)['status'];
  readonly reason: (typeof experiments.$inferSelect)['reason'];
  readonly origin: Origin | null;
  readonly host: HostFingerprint | null;
  /** Of the stored results; none before there are any. */
  readonly thresholds: readonly ThresholdResult[];
  /** Null: not shared. */
  readonly share_version: number | null;
}

/** Read when it is told, not when it was noted: the results, of which the thresholds are a few kB, may have megabytes. */
export async function getTold(db: Db, experiment_id: string): Promise<ToldExperiment | null> {
  const [row] = await db
    .select({
      id: experiments.id,
      name: experiments.name,
      status: experiments.status,
      reason: experiments.reason,
      origin: experiments.origin,
      host: experiments.host,
      thresholds: sql<ThresholdResult[] | null>`${experiments.results} -> 'thresholds'`,
      shared: experiments.shared,
      share_version: experiments.share_version,
    })
    .from(experiments)
    .where(eq(experiments.id, experiment_id));
  if (!row) return null;
  const { host, thresholds, shared, share_version, ...told } = row;
  return {
    ...told,
    host: host?.fingerprint ?? null,
    thresholds: thresholds ?? [],
    share_version: shared ? share_version : null,
  };
}

/** A pull request as its hook knows it. */
export interface PullRequestRef {
  readonly hook_id: string;
  readonly repo: string;
  readonly number: number;
}

const isThe = ({ hook_id, repo, number }: PullRequestRef) =>
  and(eq(pullRequests.hook_id, hook_id), eq(pullRequests.repo, repo), eq(pullRequests.number, number));

/** Its newest commit, and the comment that was made in it. */
export async function getPullRequest(
  db: Db,
  ref: PullRequestRef,
): Promise<{ head_sha: string; comment_id: string | null } | null> {
  const [row] = await db
    .select({ head_sha: pullRequests.head_sha, comment_id: pullRequests.comment_id })
    .from(pullRequests)
    .where(isThe(ref));
  return row ?? null;
}

/** Remembers the comment in place of the one that was known (null: none). False: another sender has remembered another. */
export async function noteComment(
  db: Db,
  ref: PullRequestRef,
  comment: { readonly known: string | null; readonly made: string },
): Promise<boolean> {
  const noted = await db
    .update(pullRequests)
    .set({ comment_id: comment.made })
    .where(and(isThe(ref), sql`${pullRequests.comment_id} is not distinct from ${comment.known}::text`))
    .returning({ number: pullRequests.number });
  return noted.length > 0;
}

import { z } from 'zod';
import { parseBounded } from '../bounded-parse.ts';
import { branchName, pullRequestNumber, type ReadEvent, refOfBranch, repoName, sha } from './event-fields.ts';

/** What whoever has no code host that we know sends. */
export const genericEventSchema = z
  .strictObject({
    repo: repoName.regex(/^[\w.-]+(?:\/[\w.-]+)+$/, '`owner/name`').optional(),
    branch: branchName.regex(/^\P{Cc}*$/u, 'one line without control characters').optional(),
    head_sha: sha.meta({ description: 'The commit, 40 or 64 hex digits.' }),
    base_sha: sha.optional().meta({ description: 'The commit that it is compared with.' }),
    pull_request: pullRequestNumber
      .optional()
      .meta({ description: 'A newer commit of the same number cancels what runs for the older one.' }),
  })
  .meta({ id: 'GenericHookEvent' });

/** `sent_at`: of the request, RFC 3339; what else would put the commits of one pull request in order is not known. */
export function genericEvent(payload: unknown, sent_at: string): ReadEvent {
  const parsed = parseBounded(genericEventSchema, payload, [], Object.keys(genericEventSchema.shape));
  if (!parsed.ok) return parsed;
  const { repo = null, branch = null, head_sha, base_sha = null, pull_request } = parsed.data;
  return {
    ok: true,
    event: {
      kind: 'change',
      change: {
        event: 'generic',
        repo,
        branch,
        onto: branch,
        ref: branch === null ? null : refOfBranch(branch),
        head_sha,
        base_sha,
        pull_request:
          pull_request === undefined ? null : { number: pull_request, updated_at: sent_at, is_open: true, fork: false },
      },
    },
  };
}

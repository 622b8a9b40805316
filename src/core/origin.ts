import { z } from 'zod';

/** Where code is hosted whose events start experiments. */
export const PROVIDERS = ['github', 'gitlab', 'generic'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** 40 hex digits, or the 64 of a repository with SHA-256. */
export const commitSha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'a commit: 40 or 64 hex digits');

/** Of an experiment that an inbound hook started: what it is about, and where its outcome is told. Null for all others. */
export const originSchema = z
  .object({
    hook_id: z.string(),
    provider: z.enum(PROVIDERS),
    event: z.enum(['push', 'pull-request', 'generic']),
    /** `owner/name`. */
    repo: z.string().max(200).nullable(),
    branch: z.string().max(300).nullable(),
    /** Number of the pull or merge request. */
    pull_request: z.int().nullable(),
    head_sha: commitSha.nullable(),
    base_sha: commitSha.nullable(),
    /** The head is of another repository than the base. */
    fork: z.boolean(),
  })
  .meta({ id: 'Origin' });
export type Origin = z.output<typeof originSchema>;

import { githubWaitS } from '../core/github-limit.ts';
import type { OutboundAnswer, OutboundRequest } from './outbound-fetch.ts';
import { ATTEMPT_TIMEOUT_MS, type OutboxDeps, userAgent } from './outbox-deps.ts';

/** Of this version: https://docs.github.com/rest/about-the-rest-api/api-versions */
const API_VERSION = '2022-11-28';

export interface GithubClient {
  /** `path` begins at `/repos/…`. Throws OutboundError when no answer came. */
  ask(
    method: OutboundRequest['method'],
    path: string,
    json: unknown,
    max_answer_bytes: number,
  ): Promise<OutboundAnswer>;
}

/** The REST API of GitHub, or of a server that is one's own, with a token of its hook. */
export function createGithubClient(
  deps: OutboxDeps,
  {
    api_url,
    token,
    signal,
  }: { readonly api_url: string; readonly token: string; readonly signal: AbortSignal | undefined },
): GithubClient {
  return {
    ask: (method, path, json, max_answer_bytes) =>
      deps.fetch({
        method,
        url: api_url.replace(/\/+$/, '') + path,
        headers: {
          accept: 'application/vnd.github+json',
          authorization: `Bearer ${token}`,
          'user-agent': userAgent(deps),
          'x-github-api-version': API_VERSION,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: json === undefined ? null : JSON.stringify(json),
        timeout_ms: ATTEMPT_TIMEOUT_MS,
        max_answer_bytes,
        signal,
      }),
  };
}

/** `owner/name` as part of a path; null: it is no name of a repository. */
export function repoPath(repo: string): string | null {
  const [owner, name, ...more] = repo.split('/');
  if (!owner || !name || more.length > 0 || [owner, name].some((part) => /^\.{1,2}$/.test(part))) return null;
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

/** Seconds that a refusal asks to wait; null: it is not for being asked too often. */
export function waitOf(answer: OutboundAnswer, now: Date): number | null {
  return githubWaitS(
    {
      status: answer.status,
      retry_after: answer.header('Retry-After'),
      remaining: answer.header('X-RateLimit-Remaining'),
      reset: answer.header('X-RateLimit-Reset'),
      text: answer.text,
    },
    Math.floor(now.getTime() / 1000),
  );
}

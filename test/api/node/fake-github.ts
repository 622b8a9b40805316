import type { ServerResponse } from 'node:http';
import { type Received, type Receiver, startReceiver } from './receiver.ts';

/**
 * The endpoints of GitHub's REST API that the service uses, as its documentation has them: commit statuses
 * (docs.github.com/rest/commits/statuses), comments of issues (…/rest/issues/comments), rate limits
 * (…/rest/using-the-rest-api/rate-limits-for-the-rest-api). It keeps what it is told as GitHub would, and refuses what GitHub refuses.
 */
export interface FakeGithub extends AsyncDisposable {
  readonly api_url: string;
  /** Of statuses of a commit, the latest last. */
  readonly statuses: { sha: string; state: string; context: string; description: string; target_url?: string }[];
  readonly comments: Map<number, { issue: number; body: string; by: 'us' | 'somebody' }>;
  /** `POST /repos/acme/shop/statuses/…`, in the order in which they came. */
  asked(): string[];
  readonly receiver: Receiver;
  /** The next requests are answered so, one each, and do nothing. */
  refuse(...answers: Refusal[]): void;
}

export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Record<string, string>;
}

interface Options {
  readonly token: string;
  readonly repo: string;
  /** What is in the repository; another is a validation error. */
  readonly commits: readonly string[];
  /** Called when a request has done what it does, before its answer is sent. */
  readonly beforeAnswer?: (request: Received) => void;
}

const STATES = new Set(['error', 'failure', 'pending', 'success']);
const MAX_STATUSES = 1_000;
const MAX_DESCRIPTION = 140;
const MAX_BODY = 65_536;

export async function startFakeGithub(options: Options): Promise<FakeGithub> {
  const refusals: Refusal[] = [];
  const statuses: FakeGithub['statuses'] = [];
  const comments: FakeGithub['comments'] = new Map();
  let lastId = 1_000;

  /** The request that is being answered: nothing here waits for anything. */
  let asked: Received | null = null;
  const say = (response: ServerResponse, status: number, json: unknown, headers: Record<string, string> = {}) => {
    if (asked !== null) options.beforeAnswer?.(asked);
    const limits = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': '1900000000' };
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...limits, ...headers });
    response.end(JSON.stringify(json));
  };
  const refuse = (response: ServerResponse, status: number, message: string) =>
    say(response, status, { message, documentation_url: 'https://docs.github.com/rest' });

  const takeStatus = (response: ServerResponse, sha: string, body: Record<string, string>) => {
    const { state = '', context = 'default', description = '', target_url } = body;
    if (!options.commits.includes(sha)) return refuse(response, 422, `No commit found for SHA: ${sha}`);
    if (!STATES.has(state)) return refuse(response, 422, 'Validation Failed');
    if (description.length > MAX_DESCRIPTION)
      return refuse(response, 422, 'Validation Failed: description is too long');
    // Not documented, but so it answers.
    for (const [name, text] of Object.entries({ description, context }))
      if (/[^\0-\uffff]/u.test(text))
        return refuse(response, 422, `Validation Failed: ${name} doesn't accept 4-byte Unicode`);
    const same = statuses.filter((each) => each.sha === sha && each.context.toLowerCase() === context.toLowerCase());
    if (same.length >= MAX_STATUSES)
      return refuse(response, 422, 'This SHA and context has reached the maximum number of statuses.');
    statuses.push({ sha, state, context, description, ...(target_url === undefined ? {} : { target_url }) });
    return say(response, 201, { id: (lastId += 1), state, context });
  };
  const takeComment = (response: ServerResponse, issue: number, body: string) => {
    if (body.length > MAX_BODY) return refuse(response, 422, 'Validation Failed: body is too long');
    const id = (lastId += 1);
    comments.set(id, { issue, body, by: 'us' });
    return say(response, 201, { id, node_id: 'IC_x', body, html_url: `https://github.com/c/${id}` });
  };
  const changeComment = (response: ServerResponse, id: number, body: string) => {
    const comment = comments.get(id);
    if (comment === undefined) return refuse(response, 404, 'Not Found');
    comments.set(id, { ...comment, body });
    return say(response, 200, { id, body });
  };
  const listComments = (response: ServerResponse, issue: number, query: URLSearchParams) => {
    const [per_page, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)];
    const all = [...comments].filter(([, comment]) => comment.issue === issue).map(([id, { body }]) => ({ id, body }));
    return say(response, 200, all.slice((page - 1) * per_page, page * per_page));
  };

  const route = (response: ServerResponse, { method, path, body }: Received) => {
    const url = new URL(path, 'http://github');
    const prefix = `/repos/${options.repo}`;
    if (!url.pathname.startsWith(prefix)) return refuse(response, 404, 'Not Found');
    const rest = url.pathname.slice(prefix.length);
    const json = body === '' ? {} : (JSON.parse(body) as Record<string, string>);
    const [, sha] = /^\/statuses\/(\w+)$/.exec(rest) ?? [];
    const [, issue] = /^\/issues\/(\d+)\/comments$/.exec(rest) ?? [];
    const [, comment] = /^\/issues\/comments\/(\d+)$/.exec(rest) ?? [];
    if (method === 'POST' && sha !== undefined) return takeStatus(response, sha, json);
    if (method === 'POST' && issue !== undefined) return takeComment(response, Number(issue), json['body'] ?? '');
    if (method === 'GET' && issue !== undefined) return listComments(response, Number(issue), url.searchParams);
    if (method === 'PATCH' && comment !== undefined)
      return changeComment(response, Number(comment), json['body'] ?? '');
    return refuse(response, 404, 'Not Found');
  };

  const receiver = await startReceiver((response, request) => {
    asked = request;
    const refusal = refusals.shift();
    if (refusal !== undefined) return say(response, refusal.status, { message: refusal.message }, refusal.headers);
    if (!request.headers['user-agent']) return refuse(response, 403, 'Request forbidden by administrative rules.');
    if (request.headers.authorization !== `Bearer ${options.token}`) return refuse(response, 401, 'Bad credentials');
    return route(response, request);
  });
  return {
    api_url: `http://127.0.0.1:${receiver.port}`,
    statuses,
    comments,
    asked: () => receiver.received.map(({ method, path }) => `${method} ${path}`),
    receiver,
    refuse: (...answers) => void refusals.push(...answers),
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  };
}

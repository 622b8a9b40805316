import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type FakeGithub, startFakeGithub } from '../api/node/fake-github.ts';
import { type Receiver, startReceiver } from '../api/node/receiver.ts';
import { type Came, standardHeaders } from '../api/hook-senders.ts';
import type { PullRequestEvent } from '../fixtures/github-events.ts';
import { type Results, resultsSchema } from '../../src/core/results.ts';
import { entriesOfUser } from '../../src/runner/user-files.ts';
import { mayBecomeOthers, OTHER_USER } from '../runner/git/other-user.ts';
import { type Repository, repository } from '../runner/git/repository.ts';
import { writeTarget } from '../runner/git/versioned.ts';
import { processesOf } from './processes-of.ts';
import { deliver, made, makeHook, REPO, startRunner, startService, TOKEN } from './pull-request-parts.ts';

/** What a maintainer has: a repository, a service and a runner for it, a hook, and a webhook that hears the verdicts. */
export interface PullRequestWorld extends AsyncDisposable {
  readonly repo: Repository;
  readonly github: FakeGithub;
  /** Where the webhook leads. */
  readonly receiver: Receiver;
  /** Commits it, under the names by which GitHub keeps commits of pull requests. */
  commit(server: string, pull_request?: number): string;
  /** A signed event of the pull request; how it was taken. */
  deliver(changes: PullRequestEvent): Promise<Came>;
  /** The runner, stopped in order by `stop`, or at the end. `as: null`: it becomes no other user. */
  startRunner(as?: string | null): Promise<{ stop(): Promise<void> }>;
  /** `description` of the commit's statuses, with their states, as they came. */
  statusesOf(sha: string): string[];
  /** Resolves when the last status of the commit is one of an end. */
  decided(sha: string): Promise<void>;
  experiment(
    id: string | null,
  ): Promise<{ status: string; trials_done: number; trials_planned: number; verdict: string }>;
  results(id: string | null): Promise<Results>;
  approve(came: Came): Promise<Response>;
  /** Whether anything of a commit is among what the runner has fetched and built. */
  isFetched(sha: string): boolean;
  /** Of what the webhook was sent, signed with its secret or not taken in: type and data. */
  heard(): { type: string; data: Record<string, unknown> }[];
}

const deployment = { target: 'shop', server: 'node' };
/** Base against head. */
export const DEPLOYMENTS = [
  { id: 'base', ...deployment, ref: '{{base_sha}}' },
  { id: 'head', ...deployment, ref: '{{sha}}' },
];
/** Four trials: long enough for another push to come while they run. What it asks for every head meets that answers. */
export const SMALL_TEMPLATE = {
  name: '{{repo}} #{{pr}}',
  deployments: DEPLOYMENTS,
  load: [{ model: 'closed', connections: [2] }],
  repetitions: 2,
  warmup_s: 0.2,
  window_s: 1,
  timeout_s: 1,
  thresholds: [{ id: 'works', cells: { deployment: 'head' }, expect: ['error_rate < 0.5'] }],
};
/** The status of a head that meets it; where this host was too busy to judge anything, inconclusive. */
export const WORKS = /^success: (?:passed: 1 threshold$|inconclusive, not passed: )/;

interface Options {
  /** Of the hook; it says nothing of a threshold. */
  readonly template: Record<string, unknown>;
}

/** As long as the longest experiment of these tests may take on a busy host. */
const DECIDED_MS = 150_000;

/** Who asks whom, as it is in the world; only GitHub is played. */
export async function startPullRequestWorld({ template }: Options): Promise<PullRequestWorld> {
  const began = Date.now();
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'benchwright-pull-request-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  opened.defer(() => nothingLeft(folder, began));
  chmodSync(folder, 0o755);
  const repo = opened.use(repository());
  const targets = writeTarget(folder, { git: repo.path, build: ['node', '--check', 'server.mjs'] });
  const commits: string[] = [];
  const github = opened.use(await startFakeGithub({ token: TOKEN, repo: REPO, commits }));
  const receiver = opened.use(await startReceiver());
  const service = await startService(folder);
  opened.defer(() => service.stop());
  const hook = await makeHook(folder, service.env, template, github.api_url);
  const { env } = service;
  const runners = opened.use(new AsyncDisposableStack());
  const webhook = await made<{ secret: string }>(['webhooks', 'create', receiver.url], env);

  const statusesOf = (sha: string) =>
    github.statuses.filter((each) => each.sha === sha).map(({ state, description }) => `${state}: ${description}`);
  const call = (path: string, method = 'GET') =>
    fetch(env.BENCHWRIGHT_URL + path, { method, headers: { Authorization: `Bearer ${env.BENCHWRIGHT_KEY}` } });
  const provisioned = join(folder, 'runner', 'provision', 'commits');
  const world = opened.move();
  return {
    repo,
    github,
    receiver,
    commit(server, pull_request) {
      const sha = repo.commit({ 'server.mjs': server });
      commits.push(sha);
      if (pull_request !== undefined) repo.git('update-ref', `refs/pull/${pull_request}/head`, sha);
      return sha;
    },
    deliver: (changes) => deliver(env.BENCHWRIGHT_URL + hook.path, hook.secret, changes),
    startRunner: async (as = mayBecomeOthers() ? OTHER_USER.name : null) => {
      const runner = await startRunner({ folder, targets, env, as });
      runners.defer(() => runner.stop());
      return runner;
    },
    statusesOf,
    decided: (sha) =>
      expect
        .poll(() => statusesOf(sha).at(-1) ?? 'no status yet', { timeout: DECIDED_MS, interval: 100 })
        .not.toMatch(/^(?:pending|no status)/),
    experiment: async (id) => (await call(`/v1/experiments/${id}`)).json() as never,
    results: async (id) => resultsSchema.parse(await (await call(`/v1/experiments/${id}/results`)).json()),
    approve: ({ delivery_id }) => call(`/v1/hooks/${hook.id}/deliveries/${delivery_id}/approve`, 'POST'),
    isFetched: (sha) =>
      existsSync(provisioned) && readdirSync(provisioned).some((name) => name.includes(sha.slice(0, 12))),
    heard: () =>
      receiver.received.map(({ headers, body }) => {
        const [id, at] = ['webhook-id', 'webhook-timestamp'].map((name) => String(headers[name]));
        const signed = standardHeaders(webhook.secret, body, { id: id ?? '', at: Number(at) });
        expect(headers).toMatchObject(signed);
        return JSON.parse(body) as { type: string; data: Record<string, unknown> };
      }),
    [Symbol.asyncDispose]: () => world.disposeAsync(),
  };
}

/** Of all that was started, and of the user as whom it was built and served. */
function nothingLeft(folder: string, began: number): void {
  expect(processesOf(folder)).toEqual([]);
  expect(entriesOfUser(OTHER_USER.uid, began)).toEqual([]);
  const trials = join(folder, 'runner', 'trials');
  if (existsSync(trials)) expect(readdirSync(trials)).toEqual([]);
}

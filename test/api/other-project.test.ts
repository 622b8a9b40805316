import { beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/api/routes/docs.ts';
import { SCOPES } from '../../src/core/key-format.ts';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import type { TrialResult } from '../../src/core/trial-result.ts';
import { githubPullRequest } from '../fixtures/github-events.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { cameOf, fromGithub, newHook } from './hook-senders.ts';
import { reprDigest, runnerOf, runToEnd, startedJob, trialsOf } from './runner-client.ts';
import { storedRows } from './stored-rows.ts';
import { type Api, jsonOf, problemOf, type Project, type Sent, startApi } from './service.ts';

const SERIES = 'a-series';

/** What one project owns, one of each. */
interface Owned {
  readonly running: string;
  readonly ended: string;
  readonly trial: string;
  readonly runner: string;
  readonly key: string;
  readonly webhook: string;
  readonly delivery: string;
  readonly hook: string;
  readonly hook_delivery: string;
  readonly post: string;
  readonly job: ClaimedJob;
  readonly next: TrialResult;
}

let api: Api;
let owner: Project;
let owned: Owned;
let other: Project;

beforeAll(async () => {
  api = await startApi();
  // The secret of share links is drawn when it is first needed: by a service, at its start.
  await api.send('GET', '/r/leads-nowhere');
  owner = await api.project();
  const submit = async () => {
    const json = smallSpec({ series: SERIES });
    return (await jsonOf<{ id: string }>(await owner.send('POST', '/v1/experiments', { json }), 202)).id;
  };
  const ended = await submit();
  await runToEnd(owner);
  const { rows } = await jsonOf<{ rows: { id: string }[] }>(
    await owner.send('GET', `/v1/experiments/${ended}/results.json?view=trials`),
  );
  await jsonOf(await owner.send('PUT', `/v1/series/${SERIES}/baseline`, { json: { experiment_id: ended } }));
  const running = await submit();
  const { job } = await startedJob(owner);
  const { runners } = await jsonOf<{ runners: { id: string }[] }>(await owner.send('GET', '/v1/runners'));
  const key = await jsonOf<{ id: string }>(await owner.send('POST', '/v1/keys', { json: { name: 'x' } }), 201);
  const webhook = await jsonOf<{ id: string }>(
    await owner.send('POST', '/v1/webhooks', { json: { url: 'https://example.com/', events: ['experiment.failed'] } }),
    201,
  );
  const delivery = await jsonOf<{ id: string }>(await owner.send('POST', `/v1/webhooks/${webhook.id}/test`), 202);
  const hook = await newHook(owner, { token: 'ghp_x' });
  const event = await cameOf(await fromGithub(api, hook, 'pull_request', githubPullRequest({ fork: true })));
  const { posts } = await jsonOf<{ posts: { id: string }[] }>(await owner.send('GET', `/v1/hooks/${hook.id}/posts`));
  owned = {
    running,
    ended,
    trial: rows[0]?.id ?? '',
    runner: runners[0]?.id ?? '',
    key: key.id,
    webhook: webhook.id,
    delivery: delivery.id,
    hook: hook.id,
    hook_delivery: event.delivery_id,
    post: posts[0]?.id ?? '',
    job,
    next: trialsOf(job)[0]!,
  };
  other = await api.project();
});

/** Everything that the owner can read: equal before and after, nothing of it was changed. */
async function seen(): Promise<string> {
  const paths = [
    '/v1/experiments',
    ...[owned.running, owned.ended].flatMap((id) => [`/v1/experiments/${id}/events`, `/v1/experiments/${id}/spec`]),
    '/v1/runners',
    '/v1/keys',
    `/v1/series/${SERIES}`,
    `/v1/series/${SERIES}/history`,
    '/v1/webhooks',
    `/v1/webhooks/${owned.webhook}/deliveries/${owned.delivery}`,
    '/v1/hooks',
    `/v1/hooks/${owned.hook}/deliveries`,
    `/v1/hooks/${owned.hook}/posts/${owned.post}`,
  ];
  const texts = await Promise.all(paths.map(async (path) => (await owner.send('GET', path)).text()));
  // Reading is a use of the key, and the only one that is to be seen here.
  return JSON.stringify([texts, await storedRows(api.db)]).replaceAll(/\\"last_used_at\\":[^,}]+/g, '');
}

interface Walked {
  readonly method: string;
  readonly template: string;
  readonly path: string;
}

/** Every route that names something, filled with what the owner has. */
function routesWithIds(experiment: string): Walked[] {
  const { paths } = openApiDocument(api.app, api.deps.config);
  const ids: Record<string, string> = {
    experiments: experiment,
    keys: owned.key,
    runners: owned.runner,
    jobs: owned.job.job_id,
    webhooks: owned.webhook,
    hooks: owned.hook,
  };
  const fill = (template: string): string => {
    const kind = /\/(\w+)\/\{id\}/.exec(template)?.[1] ?? '';
    const { cell, block, run } = owned.next;
    const values: Record<string, unknown> = {
      name: SERIES,
      a: experiment,
      b: owned.ended,
      id: ids[kind],
      trial: owned.trial,
      delivery: kind === 'hooks' ? owned.hook_delivery : owned.delivery,
      post: owned.post,
      cell,
      block,
      run,
    };
    return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  };
  return (
    Object.entries(paths ?? {})
      .filter(([template]) => /^\/(?:v1|runner\/v1)\/.*\{/.test(template) && !template.startsWith('/v1/projects'))
      // Those ask for a signature instead of a key: whose hook it is nobody says (hook-github.test.ts).
      .filter(([template]) => !template.endsWith('/{hook}'))
      .flatMap(([template, item]) =>
        Object.keys(item as object).map((method) => ({ method: method.toUpperCase(), template, path: fill(template) })),
      )
      // A name is each project's own: there another one makes its own series.
      .filter(({ method, template }) => `${method} ${template}` !== 'PUT /v1/series/{name}')
  );
}

/** What the owner's runner would send there. */
function asRunner({ template }: Walked): Sent {
  const lease = { 'Benchwright-Lease': owned.job.lease_id };
  if (template.endsWith('/heartbeat')) {
    const progress = { trials_done: 4, cell: null, block: null, phase: 'stolen', rps: 1, errors: 0 };
    return { json: { progress }, headers: lease };
  }
  if (template.endsWith('/finish'))
    return { json: { outcome: 'failed', reason: 'no-ok-trial', blocks: 0 }, headers: lease };
  if (template.includes('/trials/')) {
    const text = JSON.stringify(owned.next);
    return { text, headers: { ...lease, 'Repr-Digest': reprDigest(text) } };
  }
  return { json: {}, headers: lease };
}

describe('with every id of another project', () => {
  it('each route of the API answers 404 to every scope, and changes nothing', async () => {
    const admin = await other.withKey('user', SCOPES.slice(0, 4));
    const before = await seen();
    const walked = [...routesWithIds(owned.running), ...routesWithIds(owned.ended)].filter(({ template }) =>
      template.startsWith('/v1/'),
    );
    expect(walked.length).toBeGreaterThan(30);
    const meant = new Map([
      ['/baseline', { experiment_id: owned.ended }],
      ['/token', { token: 'x' }],
    ]);
    for (const { method, template, path } of walked) {
      // What may have a body has one that could be meant.
      const json = meant.get(template.slice(template.lastIndexOf('/'))) ?? {};
      const sent: Sent = method === 'GET' || method === 'DELETE' ? {} : { json };
      const answer = await other.send(method, path, sent);
      expect(answer.status, `${method} ${path}`).toBe(404);
      expect((await problemOf(answer)).code, `${method} ${path}`).toBe('not-found');
      expect((await api.send(method, path, { key: admin, ...sent })).status, `${method} ${path}`).toBe(404);
    }
    expect(await seen()).toBe(before);
  });

  it('each route of the runner protocol answers as for a job that never was, also with the lease, and changes nothing', async () => {
    const before = await seen();
    const walked = routesWithIds(owned.running).filter(({ template }) => template.startsWith('/runner/v1/'));
    expect(walked).toHaveLength(5);
    for (const route of walked) {
      const never = route.path.replace(owned.job.job_id, `job_${'0'.repeat(32)}`);
      const [theirs, none] = [
        await other.send(route.method, route.path, asRunner(route)),
        await other.send(route.method, never, asRunner(route)),
      ];
      expect(theirs.status, route.path).toBe(410);
      expect(theirs.headers.get('Job-Status'), route.path).toBe('lost');
      const told = async (answer: Response) => ({ ...(await problemOf(answer)), instance: '', request_id: '' });
      expect(await told(theirs), route.path).toEqual(await told(none));
    }
    expect(await seen()).toBe(before);
  });

  it('a series of the same name is another one, and setting it changes nothing here', async () => {
    const third = await api.project();
    const before = await jsonOf(await owner.send('GET', `/v1/series/${SERIES}`));
    const set = await third.send('PUT', `/v1/series/${SERIES}`, { json: { main_branch: 'stolen' } });
    expect(await jsonOf(set)).toMatchObject({ main_branch: 'stolen', baseline: null });
    expect(await jsonOf(await third.send('GET', `/v1/series/${SERIES}/history`))).toMatchObject({ points: [] });
    expect(await jsonOf(await owner.send('GET', `/v1/series/${SERIES}`))).toEqual(before);
  });

  it('a session of another project’s runner claims nothing', async () => {
    const { session_id } = await runnerOf(owner, 'host-0002').register();
    const key = await other.withKey('runner', ['run']);
    const json = { session_id, claim_key: 'claim-0002', wait_s: 0 };
    const answer = await api.send('POST', '/runner/v1/claims', { key, json });
    expect(answer.status).toBe(409);
    expect((await problemOf(answer)).code).toBe('session-superseded');
  });

  it('no list shows anything of it', async () => {
    const texts = await Promise.all(
      ['/v1/experiments', '/v1/runners', '/v1/keys', '/v1/targets', '/v1/webhooks', '/v1/hooks'].map(async (path) =>
        (await other.send('GET', path)).text(),
      ),
    );
    for (const id of [owned.running, owned.ended, owned.runner, owned.key, owned.webhook, owned.hook])
      expect(texts.join()).not.toContain(id);
  });
});

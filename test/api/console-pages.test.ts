import { beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '../../src/core/key-format.ts';
import { ATTACKS, HOSTILE_SESSION, hostileSpec } from '../fixtures/hostile.ts';
import { githubPullRequest } from '../fixtures/github-events.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { browse, sendForm, visitor } from './console-visitor.ts';
import { cameOf, fromGithub, newHook } from './hook-senders.ts';
import { ranOne, submitOne } from './series-runs.ts';
import { type Api, jsonOf, type Project, startApi } from './service.ts';

let api: Api;
let project: Project;
/** The addresses of everything that the project has, by the scope that each needs. */
let pages: Record<'read' | 'submit' | 'admin', string[]>;
let actions: [string, Scope, Record<string, string>][];
let waiting: string;

const TEMPLATE = {
  name: 'A pull request',
  deployments: [{ id: 'a', target: 'fastapi', server: 'uvicorn' }],
  load: [{ model: 'closed', connections: [1] }],
};

beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  const ended = await ranOne(project, {
    series: 'api',
    labels: { branch: 'main' },
    thresholds: [{ id: 'slow', expect: ['latency_p95_ms < 1'] }],
  });
  const queued = await submitOne(project);
  const hook = await newHook(project, { template: TEMPLATE });
  const { delivery_id, outcome } = await cameOf(
    await fromGithub(api, hook, 'pull_request', githubPullRequest({ fork: true })),
  );
  waiting = outcome;
  const json = { url: 'https://example.com/secret-path', events: ['experiment.failed'] };
  const webhook = await jsonOf<{ id: string }>(await project.send('POST', '/v1/webhooks', { json }), 201);
  const told = await jsonOf<{ id: string }>(await project.send('POST', `/v1/webhooks/${webhook.id}/test`), 202);
  const { runners } = await jsonOf<{ runners: { id: string }[] }>(await project.send('GET', '/v1/runners'));
  const at = `/console/webhooks/${webhook.id}`;
  pages = {
    read: [
      '/console/series',
      '/console/series/api',
      '/console/runners',
      `/console/experiments/${ended}`,
      `/console/experiments/${ended}/report`,
      `/console/experiments/${queued}`,
    ],
    submit: ['/console/submit', `/console/submit?from=${ended}`],
    admin: ['/console/hooks', `/console/hooks/${hook.id}`, '/console/webhooks', at, `${at}/deliveries/${told.id}`],
  };
  actions = [
    [`/console/experiments/${ended}/share`, 'submit', {}],
    [`/console/experiments/${ended}/unshare`, 'submit', {}],
    [`/console/experiments/${queued}/cancel`, 'submit', {}],
    ['/console/submit/check', 'submit', { spec: JSON.stringify(smallSpec()) }],
    ['/console/submit', 'submit', { spec: JSON.stringify(smallSpec()), once: 'x' }],
    [`/console/hooks/${hook.id}/deliveries/${delivery_id}/approve`, 'admin', {}],
    [`${at}/test`, 'admin', {}],
    [`${at}/deliveries/${told.id}/redeliver`, 'admin', {}],
    [`/console/runners/${runners[0]?.id}/drain`, 'admin', {}],
  ];
});

const all = () => Object.values(pages).flat();

describe('the console', () => {
  it('shows nothing to who has not signed in, and does nothing', async () => {
    for (const path of all()) expect((await browse(api, path)).status, path).toBe(401);
    for (const [path, , fields] of actions) expect((await sendForm(api, path, fields)).status, path).toBe(401);
  });

  it.each([
    [['read'], ['Experiments', 'Series', 'Runners']],
    [
      ['read', 'submit'],
      ['Experiments', 'Series', 'Runners', 'Submit'],
    ],
    [
      ['read', 'admin'],
      ['Experiments', 'Series', 'Runners', 'Hooks', 'Webhooks'],
    ],
  ] as [Scope[], string[]][])('of a key with %j shows and does what that allows', async (scopes, places) => {
    const { get, text, post } = await visitor(api, await project.withKey('user', scopes));
    const nav = /<nav aria-label="Console">(.*?)<\/nav>/.exec(await text('/'))?.[1] ?? '';
    expect([...nav.matchAll(/>(\w+)<\/a>/g)].map(([, name]) => name)).toEqual(places);
    for (const [scope, paths] of Object.entries(pages))
      for (const path of paths)
        expect((await get(path)).status, path).toBe(scopes.includes(scope as Scope) ? 200 : 403);
    for (const [path, scope, fields] of actions)
      if (!scopes.includes(scope)) expect((await post(path, fields)).status, path).toBe(403);
    const experiment = await text(pages.read[5]!);
    expect(experiment.includes('/cancel"')).toBe(scopes.includes('submit'));
    expect((await text('/console/runners')).includes('Drain')).toBe(scopes.includes('admin'));
  });

  it('knows nothing of another project’s things', async () => {
    const { get, text, post } = await visitor(api, (await api.project()).key);
    const lists = ['/console/series', '/console/runners', '/console/submit', '/console/hooks', '/console/webhooks'];
    for (const path of all().filter((each) => !lists.includes(each))) expect((await get(path)).status, path).toBe(404);
    for (const [path, , fields] of actions.filter(([each]) => !each.startsWith('/console/submit')))
      expect((await post(path, fields)).status, path).toBe(404);
    expect(await text('/')).toContain('No experiment yet.');
    for (const path of [
      '/console/experiments/..',
      '/console/hooks/%2e%2e',
      '/console/experiments/exp_0',
      '/console/series/A%2FB',
    ])
      expect((await get(path)).status, path).toBe(404);
  });

  it('shows the list in pages that lead to each other, by status and by series', async () => {
    const own = await api.project();
    const ids: string[] = [];
    for (let n = 0; n < 23; n += 1)
      ids.push(await submitOne(own, { name: `Number ${n}`, ...(n === 3 ? { series: 'three' } : {}) }));
    await own.send('POST', `/v1/experiments/${ids[7]}/cancel`);
    const { text } = await visitor(api, own.key);
    const shown = (page: string) =>
      [...page.matchAll(/<a href="\/console\/experiments\/(exp_\w+)">/g)].map(([, id]) => id);
    const first = await text('/');
    const next = /<a href="([^"]+)" rel="next">/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect([...shown(first), ...shown(await text(next))]).toEqual(ids.toReversed());
    expect(shown(await text('/?status=canceled&series='))).toEqual([ids[7]]);
    expect(shown(await text('/?status=&series=three'))).toEqual([ids[3]]);
    expect(await text('/?status=failed')).toContain('No experiment fits.');
    expect(await text('/?status=odd', 422)).toContain('/query/status');
  });

  it('says what became of an experiment and its thresholds, with the answer in words', async () => {
    const { text } = await visitor(api, project.key);
    const page = await text(pages.read[3]!);
    expect(page).toContain('<span class="pill succeeded">succeeded</span>');
    expect(page).toContain('gate <span class="pill failed">failed</span>');
    expect(page).toContain('latency_p95_ms &lt; 1');
    expect(page).toContain('<p class="answer">The gate failed:');
    expect(page).toContain('Not listed: 3 times a trial was stored.');
    expect(page).not.toContain('data-live');
    expect(await text(pages.read[5]!)).toContain(' data-live');
    const series = await text('/console/series/api?metric=latency_p95_ms');
    expect(series).toContain('<option value="latency_p95_ms" selected>');
    expect(series).toContain('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 300"');
  });

  it('does each thing once, by the use case that the API has', async () => {
    const own = await visitor(api, project.key);
    const [share, unshare, cancel, , , approve, test, redeliver, drain] = actions.map(([path]) => path);
    expect(waiting).toBe('waiting-approval');
    const shared = await own.post(share!);
    expect(shared.status).toBe(200);
    const url = /id="shared" href="([^"]+)"/.exec(await shared.text())?.[1] ?? '';
    expect((await api.send('GET', new URL(url).pathname)).status).toBe(200);
    for (const path of [unshare!, cancel!, approve!, test!, redeliver!, drain!])
      expect((await own.post(path)).status, path).toBe(303);
    expect((await api.send('GET', new URL(url).pathname)).status).toBe(404);
    expect(await own.text(pages.read[5]!)).toContain('<span class="pill canceled">');
    const hook = await own.text(pages.admin[1]!);
    expect(hook).toContain('<span class="pill started">');
    expect(hook).not.toContain('Approve');
    expect(await own.text('/console/runners')).toContain('draining');
    expect((await own.text(pages.admin[3]!)).match(/webhook\.test<\/a>/g)).toHaveLength(2);
  });

  it('runs nothing of what a spec, a host, a target or a query wrote', async () => {
    const own = await api.project();
    await own.send('POST', '/runner/v1/sessions', { json: HOSTILE_SESSION });
    const { id } = await jsonOf<{ id: string }>(
      await own.send('POST', '/v1/experiments', { json: hostileSpec() }),
      202,
    );
    const { get, text, post } = await visitor(api, own.key);
    const shown = [
      await text('/'),
      await text(`/console/experiments/${id}`),
      await text('/console/runners'),
      await text(`/console/submit?from=${id}`),
      await (await post('/console/submit/check', { spec: ATTACKS.join('\n') })).text(),
      await (await get(`/?series=${encodeURIComponent(ATTACKS[2])}`)).text(),
    ];
    for (const page of shown) {
      const body = page.slice(page.indexOf('<body>'));
      expect(body).not.toMatch(/<script>window|<img|<svg\/onload|<\/style>|<b>python/);
      expect(body).not.toMatch(/ on\w+='/);
    }
    expect(shown[1]).toContain('&lt;script&gt;window.hacked=1&lt;/script&gt;');
  });
});

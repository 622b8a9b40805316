import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallSpec } from '../fixtures/spec.ts';
import { runToEnd, startedJob, trialsOf } from './runner-client.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

interface Share {
  url: string;
  status_url: string;
  badge_url: string;
}
interface Status {
  status: string;
  ended: boolean;
  trials_done: number;
  trials_planned: number;
  changed: string;
}

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

async function shared(project: Project): Promise<{ path: string; share: Share; page: string; status: string }> {
  const sent = await project.send('POST', '/v1/experiments', {
    json: smallSpec({ name: '<script>alert(1)</script>' }),
  });
  const path = `/v1/experiments/${(await jsonOf<{ id: string }>(sent, 202)).id}`;
  const share = await jsonOf<Share>(await project.send('POST', `${path}/share`));
  return { path, share, page: new URL(share.url).pathname, status: new URL(share.status_url).pathname };
}

describe('POST /v1/experiments/{id}/share', () => {
  it('makes a link, and the same one when asked again', async () => {
    const project = await api.project();
    const { path, share } = await shared(project);
    expect(share.url).toMatch(/^http:\/\/localhost\/r\/exp_[0-9a-f]{32}\.\d+\.[A-Za-z0-9_-]{22}$/);
    expect(await jsonOf(await project.send('POST', `${path}/share`))).toEqual(share);
  });

  it('makes none for another project', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    const { path } = await shared(mine);
    expect((await other.send('POST', `${path}/share`)).status).toBe(404);
  });
});

describe('DELETE /v1/experiments/{id}/share', () => {
  it('kills every link at once, page, status and badge alike, and a new one is another', async () => {
    const project = await api.project();
    const { path, share, page, status } = await shared(project);
    const links = [page, status, `${page}/badge.svg`];
    const etag = (await api.send('GET', page)).headers.get('ETag') ?? '';
    expect((await project.send('DELETE', `${path}/share`)).status).toBe(204);
    for (const link of links) {
      // Also for who has seen it before.
      const response = await api.send('GET', link, { headers: { 'If-None-Match': etag } });
      expect(response.status, link).toBe(404);
    }
    const next = await jsonOf<Share>(await project.send('POST', `${path}/share`));
    expect(next.url).not.toBe(share.url);
    expect((await api.send('GET', new URL(next.url).pathname)).status).toBe(200);
    for (const link of links) expect((await api.send('GET', link)).status, link).toBe(404);
  });

  it('is welcome again, and where nothing was shared; not for another project, nor without the scope', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    const { path, page } = await shared(mine);
    expect((await other.send('DELETE', `${path}/share`)).status).toBe(404);
    const reader = await mine.withKey('user', ['read']);
    expect((await mine.send('DELETE', `${path}/share`, { key: reader })).status).toBe(403);
    expect((await api.send('GET', page)).status).toBe(200);
    expect((await mine.send('DELETE', `${path}/share`)).status).toBe(204);
    expect((await mine.send('DELETE', `${path}/share`)).status).toBe(204);
  });
});

describe('/r/{token}/badge.svg', () => {
  const textOf = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);

  it('shows the state in every phase, and how many cells are valid at the end', async () => {
    const project = await api.project();
    const { share } = await shared(project);
    const badge = new URL(share.badge_url).pathname;
    const shown = async () => textOf(await (await api.send('GET', badge)).text());
    expect(await shown()).toEqual(['benchwright', 'queued']);
    const { runner, job } = await startedJob(project);
    const [first, ...rest] = trialsOf(job);
    await runner.put(job, first!);
    expect(await shown()).toEqual(['benchwright', 'running · 1 of 4 trials']);
    for (const trial of rest) await runner.put(job, trial);
    await runner.finish(job);
    expect(await shown()).toEqual(['benchwright', 'succeeded · 2 cells valid']);
  });

  it('says why an experiment has no result', async () => {
    const project = await api.project();
    const { path, page } = await shared(project);
    await project.send('POST', `${path}/cancel`);
    expect(textOf(await (await api.send('GET', `${page}/badge.svg`)).text())).toEqual(['benchwright', 'canceled']);
  });

  it('is a picture that may do nothing, is asked for anew each time, and answers 304', async () => {
    const { page } = await shared(await api.project());
    const response = await api.send('GET', `${page}/badge.svg`);
    expect(response.headers.get('Content-Type')).toBe('image/svg+xml; charset=utf-8');
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(response.headers.get('Cache-Control')).toBe('no-cache');
    expect(await response.text()).toContain('<title>&lt;script&gt;alert(1)&lt;/script&gt;: queued</title>');
    const headers = { 'If-None-Match': response.headers.get('ETag') ?? '' };
    expect((await api.send('GET', `${page}/badge.svg`, { headers })).status).toBe(304);
  });
});

describe('/r/{token}', () => {
  it('needs no key, but every character of the token', async () => {
    const { page } = await shared(await api.project());
    expect((await api.send('GET', page)).status).toBe(200);
    const flipped = page.slice(0, -2) + (page.at(-2) === 'A' ? 'B' : 'A') + page.slice(-1);
    const otherVersion = page.replace(/\.(\d+)\./, (_, n: string) => `.${Number(n) + 1}.`);
    const unsigned = page.slice(0, page.lastIndexOf('.'));
    for (const forged of [flipped, otherVersion, unsigned, '/r/x']) {
      const response = await api.send('GET', forged);
      expect(response.status, forged).toBe(404);
      expect((await problemOf(response)).code).toBe('not-found');
      expect((await api.send('GET', `${forged}/status`)).status).toBe(404);
    }
  });

  it('does not exist for an experiment that was never shared', async () => {
    const { page } = await shared(await api.project());
    const project = await api.project();
    const sent = await project.send('POST', '/v1/experiments', { json: smallSpec() });
    const { id } = await jsonOf<{ id: string }>(sent, 202);
    const borrowed = page.replace(/exp_[0-9a-f]{32}/, id);
    expect((await api.send('GET', borrowed)).status).toBe(404);
  });

  it('escapes what came from the spec, and allows by hash the style and script that the page has, no others', async () => {
    const { page } = await shared(await api.project());
    const response = await api.send('GET', page);
    const policy = response.headers.get('Content-Security-Policy') ?? '';
    const html = await response.text();
    expect(html).not.toContain('<script>alert(1)</script>');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    const bodies = [...html.matchAll(/<(style|script)[^>]*>([\s\S]*?)<\/\1>/g)];
    expect(bodies.map((m) => m[1])).toEqual(expect.arrayContaining(['style', 'script']));
    for (const [, , body = ''] of bodies) {
      expect(policy).toContain(`'sha256-${createHash('sha256').update(body).digest('base64')}'`);
    }
    expect(policy.match(/script-src [^;]*/)?.[0]).not.toContain('unsafe');
  });

  it('allows no script but its own, not even one that got into the page', async () => {
    const careless = await startApi({ renderReport: (results) => `<p>${results.experiment.name}</p>` });
    const { page } = await shared(await careless.project());
    const response = await careless.send('GET', page);
    expect(await response.text()).toContain('<script>alert(1)</script>');
    const hash = createHash('sha256').update('alert(1)').digest('base64');
    expect(response.headers.get('Content-Security-Policy')).not.toContain(hash);
  });

  it('polls its status while the experiment runs, and is still when it has ended', async () => {
    const project = await api.project();
    const { page, status } = await shared(project);
    const live = await (await api.send('GET', page)).text();
    expect(live).toContain(status);
    await runToEnd(project);
    const ended = await (await api.send('GET', page)).text();
    expect(ended).not.toContain(status);
    expect(ended).not.toContain('<script');
  });

  it('answers 304 to its own ETag', async () => {
    const { page } = await shared(await api.project());
    const etag = (await api.send('GET', page)).headers.get('ETag') ?? '';
    expect((await api.send('GET', page, { headers: { 'If-None-Match': etag } })).status).toBe(304);
  });
});

describe('/r/{token}/status', () => {
  it('says how far the experiment is, and `changed` differs when the page has new figures', async () => {
    const project = await api.project();
    const { status } = await shared(project);
    const get = async () => jsonOf<Status>(await api.send('GET', status));
    const queued = await get();
    expect(queued).toMatchObject({ status: 'queued', ended: false, trials_done: 0, trials_planned: 4 });
    const { runner, job } = await startedJob(project);
    const running = await get();
    await runner.heartbeat(job, { trials_done: 0, cell: null, block: null, phase: 'start', rps: 1, errors: 0 });
    const beaten = await get();
    expect(beaten.changed).toBe(running.changed);
    for (const trial of trialsOf(job)) await runner.put(job, trial);
    const measured = await get();
    expect(measured).toMatchObject({ status: 'running', trials_done: 4 });
    await runner.finish(job);
    const ended = await get();
    expect(ended).toMatchObject({ status: 'succeeded', ended: true });
    expect(new Set([queued, running, measured, ended].map((s) => s.changed)).size).toBe(4);
  });

  it('answers 304 until something changes', async () => {
    const project = await api.project();
    const { status } = await shared(project);
    const etag = (await api.send('GET', status)).headers.get('ETag') ?? '';
    const headers = { 'If-None-Match': etag };
    expect((await api.send('GET', status, { headers })).status).toBe(304);
    await startedJob(project);
    expect((await api.send('GET', status, { headers })).status).toBe(200);
  });
});

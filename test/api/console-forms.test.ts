import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_SMALL_FORM_BYTES, MAX_SPEC_FORM_BYTES } from '../../src/api/console/form.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { sendForm, tokenIn, visitor } from './console-visitor.ts';
import { experimentsOf } from './hook-senders.ts';
import { type Api, jsonOf, type Project, startApi } from './service.ts';

let api: Api;
let project: Project;
let me: Awaited<ReturnType<typeof visitor>>;
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  me = await visitor(api, project.key);
});

const SPEC = JSON.stringify(smallSpec());

async function queued(of: Project): Promise<string> {
  return (await jsonOf<{ id: string }>(await of.send('POST', '/v1/experiments', { json: smallSpec() }), 202)).id;
}

const statusOf = async (id: string) =>
  (await jsonOf<{ status: string }>(await project.send('GET', `/v1/experiments/${id}`))).status;

describe('a form that another page sends', () => {
  const FOREIGN: [string, Record<string, string>][] = [
    ['of another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['of a sibling domain', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://localhost' }],
    ['that nobody sees', { 'Sec-Fetch-Site': 'none' }],
    ['of another origin, where the browser says no more', { 'Sec-Fetch-Site': '', Origin: 'http://evil.example' }],
    ['of an opaque origin', { 'Sec-Fetch-Site': '', Origin: 'null' }],
    ['of a browser that says nothing', { 'Sec-Fetch-Site': '' }],
  ];

  it.each(FOREIGN)(
    '%s cancels nothing, in spite of cookie and token',
    async (_, { 'Sec-Fetch-Site': site, ...rest }) => {
      const id = await queued(project);
      const headers = { Accept: 'text/html', Cookie: me.cookie, ...(site ? { 'Sec-Fetch-Site': site } : {}), ...rest };
      const answer = await api.send('POST', `/console/experiments/${id}/cancel`, {
        text: `form_token=${me.form_token}`,
        type: 'application/x-www-form-urlencoded',
        headers,
      });
      expect(answer.status).toBe(403);
      expect(await statusOf(id)).toBe('queued');
      // Nor is anybody signed in by it.
      const signIn = await api.send('POST', '/console/sign-in', {
        text: new URLSearchParams({ key: project.key }).toString(),
        type: 'application/x-www-form-urlencoded',
        headers,
      });
      expect(signIn.status).toBe(403);
      expect(signIn.headers.getSetCookie()).toEqual([]);
    },
  );

  it('is taken by its Origin where the browser says no more, as by plain http on another machine', async () => {
    const id = await queued(project);
    const answer = await api.send('POST', `/console/experiments/${id}/cancel`, {
      text: `form_token=${me.form_token}`,
      type: 'application/x-www-form-urlencoded',
      headers: { Accept: 'text/html', Cookie: me.cookie, Origin: 'http://localhost' },
    });
    expect(answer.status).toBe(303);
    expect(await statusOf(id)).toBe('canceled');
  });

  it('without the token of this very session does nothing', async () => {
    const id = await queued(project);
    const other = await visitor(api, project.key);
    for (const form_token of [undefined, '', 'x', other.form_token]) {
      const fields: Record<string, string> = form_token === undefined ? {} : { form_token };
      const answer = await sendForm(api, `/console/experiments/${id}/cancel`, fields, { Cookie: me.cookie });
      expect(answer.status, String(form_token)).toBe(403);
    }
    expect(await statusOf(id)).toBe('queued');
    expect((await me.post('/console/sign-out', { form_token: other.form_token })).status).toBe(403);
  });
});

describe('a form', () => {
  it('is refused by size, type, field and spelling, and nothing is done', async () => {
    const id = await queued(project);
    const path = `/console/experiments/${id}/cancel`;
    expect((await me.post(path, { x: 'a'.repeat(MAX_SMALL_FORM_BYTES) })).status).toBe(413);
    expect((await me.post('/console/submit/check', { spec: 'a'.repeat(MAX_SPEC_FORM_BYTES) })).status).toBe(413);
    expect((await me.post('/console/submit/check', { spec: `name: ${'a'.repeat(256 * 1024)}` })).status).toBe(413);
    expect((await me.post(path, { extra: '1' })).status).toBe(422);
    expect((await me.post('/console/submit/check', { spec: 'name: a\0b' })).status).toBe(422);
    const raw = (text: string, type: string) =>
      api.send('POST', path, { text, type, headers: { Cookie: me.cookie, 'Sec-Fetch-Site': 'same-origin' } });
    const twice = `form_token=${me.form_token}&form_token=${me.form_token}`;
    expect((await raw(twice, 'application/x-www-form-urlencoded')).status).toBe(422);
    expect((await raw(JSON.stringify({ form_token: me.form_token }), 'application/json')).status).toBe(415);
    expect((await raw('', 'multipart/form-data; boundary=x')).status).toBe(415);
    expect(await statusOf(id)).toBe('queued');
  });

  it('is answered with a page that says which methods there are, and where nothing is', async () => {
    const wrong = await api.send('DELETE', '/console/submit');
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('Allow')).toBe('GET, HEAD, POST');
    expect(wrong.headers.get('Content-Type')).toContain('text/html');
    expect((await me.get('/console/nothing')).status).toBe(404);
  });
});

describe('submitting', () => {
  it('shows every problem with its pointer and line, keeps the text, and stores nothing', async () => {
    const own = await api.project();
    const { post } = await visitor(api, own.key);
    const spec =
      'name: 7\nworkers: [0]\ndeployments:\n  - id: a\n    target: t\n    servr: <b>s</b>\nload:\n  - {model: closed, connections: [16]}\n';
    const answer = await post('/console/submit/check', { spec: spec.replaceAll('\n', '\r\n') });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    for (const [line, pointer] of [
      [1, '/name'],
      [2, '/workers/0'],
      [6, '/deployments/0/servr'],
    ])
      expect(page).toContain(`<b>line ${line}</b>, <code>${pointer}</code>`);
    // Of what is missing the place where it belongs.
    expect(page).toContain('<b>line 4</b>, <code>/deployments/0/server</code>');
    expect(page).toContain('    servr: &lt;b&gt;s&lt;/b&gt;\nload:');
    expect(page).not.toContain('<b>s</b>');
    expect(await experimentsOf(own)).toEqual([]);
  });

  it('says where a text is no YAML at all', async () => {
    const answer = await me.post('/console/submit/check', { spec: 'name: a\nload: [\n' });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toMatch(/<b>line \d<\/b>, <code>\/<\/code>: not readable as YAML/);
  });

  it('shows the matrix and the estimate before, and makes one experiment of two clicks', async () => {
    const own = await api.project();
    const { post, form_token } = await visitor(api, own.key);
    const checked = await post('/console/submit/check', { spec: SPEC });
    expect(checked.status).toBe(200);
    const page = await checked.text();
    expect(page).toContain('<code>fastapi.w1.c16</code>');
    expect(page).toContain('<dt>Trials</dt><dd>4</dd>');
    expect(await experimentsOf(own)).toEqual([]);
    expect(tokenIn(page)).toBe(form_token);
    const once = /name="once" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const answers = await Promise.all([1, 2].map(() => post('/console/submit', { spec: SPEC, once })));
    const again = await post('/console/submit', { spec: SPEC, once });
    const experiments = await experimentsOf(own);
    expect(experiments).toHaveLength(1);
    for (const answer of [...answers, again]) {
      expect(answer.status).toBe(303);
      expect(answer.headers.get('Location')).toBe(`/console/experiments/${experiments[0]!.id}`);
    }
    const other = await post('/console/submit', { spec: SPEC.replace('Small', 'Other'), once });
    expect(other.status).toBe(422);
    expect(await other.text()).toContain('idempotency-key-reused');
  });
});

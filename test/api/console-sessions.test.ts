import { beforeAll, describe, expect, it } from 'vitest';
import { SESSION_S } from '../../src/api/console/session.ts';
import { createTokenBuckets } from '../../src/api/token-buckets.ts';
import { browse, cookieOf, sendForm, visitor } from './console-visitor.ts';
import { type Api, jsonOf, problemOf, startApi } from './service.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

const signIn = (key: string, headers: Record<string, string> = {}) =>
  sendForm(api, '/console/sign-in', { key, next: '/' }, headers);

describe('/', () => {
  it('asks a browser for a key, and answers all others as if nothing were there', async () => {
    const page = await browse(api, '/');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<h1>Sign in</h1>');
    for (const Accept of ['application/json', '*/*', 'image/png'])
      expect((await problemOf(await api.send('GET', '/', { headers: { Accept } }))).code).toBe('not-found');
  });

  it('is where /console leads', async () => {
    const answer = await browse(api, '/console');
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/']);
  });

  it('is sent so that nothing keeps it, frames it, or loads anything from elsewhere', async () => {
    const { headers } = await browse(api, '/');
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('Referrer-Policy')).toBe('same-origin');
    expect(headers.get('X-Robots-Tag')).toBe('noindex');
    const policy = headers.get('Content-Security-Policy') ?? '';
    for (const rule of ["default-src 'none'", "script-src 'none'", "form-action 'self'", "frame-ancestors 'none'"])
      expect(policy.split('; ')).toContain(rule);
    expect(policy).toMatch(/style-src-elem 'sha256-/);
  });
});

describe('signing in', () => {
  it('keeps a sealed session in a cookie out of reach of scripts, without the key', async () => {
    const project = await api.project();
    const answer = await signIn(project.key);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('Location')).toBe('/');
    const [cookie = '', ...others] = answer.headers.getSetCookie();
    expect(others).toEqual([]);
    const [pair = '', ...flags] = cookie.split('; ');
    expect(pair).toMatch(/^benchwright=[0-9a-f]{8}\.[\w-]+$/);
    expect(flags.toSorted()).toEqual(['HttpOnly', `Max-Age=${SESSION_S}`, 'Path=/', 'SameSite=Strict']);
    const sealed = Buffer.from(pair.split('.')[1] ?? '', 'base64url').toString('latin1');
    expect(sealed).not.toContain(project.key);
    expect(pair).not.toContain(project.key);
  });

  it('makes the cookie Secure, of this host alone, where the browser came by https', async () => {
    const project = await api.project();
    const answer = await signIn(project.key, { Origin: 'https://bench.example' });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-benchwright=/);
    expect(cookie).toContain('; Secure');
    expect(await (await browse(api, '/', { Cookie: cookieOf(answer) })).text()).toContain('<h1>Experiments</h1>');
  });

  it('takes no other cookie than that where the service knows of https', async () => {
    const own = await startApi({ config: { ...api.deps.config, base_url: 'https://bench.example' } });
    const project = await own.project();
    const { cookie } = await visitor(own, project.key);
    expect(cookie).toMatch(/^__Host-/);
    const plain = cookie.replace('__Host-', '');
    expect(await (await browse(own, '/', { Cookie: plain })).text()).toContain('<h1>Sign in</h1>');
  });

  it('refuses a key that is none, a runner’s, and one that may not read, and says why', async () => {
    const project = await api.project();
    const refused: [string, number, string][] = [
      ['bw_user_nonsense', 401, 'its form or its checksum does not fit'],
      [await project.withKey('user', ['read'], new Date(0)), 401, 'unknown, expired or revoked'],
      [await project.withKey('runner', ['run']), 403, 'it does not sign in'],
      [await project.withKey('runner', ['run', 'read']), 403, 'it does not sign in'],
      [await project.withKey('user', ['submit']), 403, 'the scope `read` is needed'],
    ];
    for (const [key, status, says] of refused) {
      const answer = await signIn(key);
      expect(answer.status, says).toBe(status);
      expect(answer.headers.getSetCookie()).toEqual([]);
      const page = await answer.text();
      expect(page).toContain(says.replaceAll('`', '`'));
      expect(page).not.toContain(key);
    }
  });

  it('leads on to the page that was asked for, and to no other site', async () => {
    const project = await api.project();
    const asked = await (await browse(api, '/console/series?cursor=abc')).text();
    expect(asked).toContain('name="next" value="/console/series?cursor=abc"');
    const leads = async (next: string) =>
      (await sendForm(api, '/console/sign-in', { key: project.key, next })).headers.get('Location');
    expect(await leads('/console/series?cursor=abc')).toBe('/console/series?cursor=abc');
    for (const next of [
      '//evil.example',
      'https://evil.example/',
      '/\\evil.example',
      '/v1/keys',
      'javascript:1',
      '/console/..//x',
    ])
      expect(await leads(next), next).toBe('/');
  });

  it('is counted where keys are tried: after too many, the address hears 429', async () => {
    const limiter = createTokenBuckets({ per_minute: 5, now: () => 0 });
    const own = await startApi({ limiter, addressOf: () => '192.0.2.9' });
    const tried = async () => (await sendForm(own, '/console/sign-in', { key: 'guess', next: '/' })).status;
    for (let n = 0; n < 5; n += 1) expect(await tried()).toBe(401);
    const refused = await sendForm(own, '/console/sign-in', { key: 'guess', next: '/' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(refused.headers.get('Content-Type')).toContain('text/html');
  });
});

describe('a session', () => {
  it('ends at once when its key is revoked', async () => {
    const project = await api.project();
    const made = await jsonOf<{ id: string; key: string }>(
      await project.send('POST', '/v1/keys', { json: { name: 'mine' } }),
      201,
    );
    const { get, post } = await visitor(api, made.key);
    expect((await get('/console/series')).status).toBe(200);
    await project.send('DELETE', `/v1/keys/${made.id}`);
    const after = await get('/console/series');
    expect(after.status).toBe(401);
    expect(await after.text()).toContain('<h1>Sign in</h1>');
    expect(after.headers.getSetCookie().join('\n')).toMatch(/benchwright=; Max-Age=0/);
    expect((await post('/console/submit/check', { spec: 'name: x' })).status).toBe(401);
  });

  it('ends with the key’s own time, and after twelve hours whatever is done', async () => {
    let now = Date.now();
    const own = await startApi({ now: () => new Date(now) });
    const project = await own.project();
    const soon = await project.withKey('user', ['read'], new Date(Date.now() + 1_500));
    const short = await visitor(own, soon);
    await expect.poll(async () => (await short.get('/console/series')).status, { timeout: 10_000 }).toBe(401);
    const { get } = await visitor(own, project.key);
    now += SESSION_S * 1000 - 1;
    expect((await get('/console/series')).status).toBe(200);
    now += 1;
    expect((await get('/console/series')).status).toBe(401);
  });

  it('is none when a bit of its cookie was changed, or another service sealed it', async () => {
    const project = await api.project();
    const { cookie } = await visitor(api, project.key);
    const other = await startApi({ config: { ...api.deps.config, secret_key: new Uint8Array(32).fill(9) } });
    const status = async (of: Api, Cookie: string) => (await browse(of, '/console/series', { Cookie })).status;
    expect(await status(api, cookie)).toBe(200);
    expect(await status(other, cookie)).toBe(401);
    const at = cookie.length - 12;
    const flipped = cookie.slice(0, at) + (cookie[at] === 'A' ? 'B' : 'A') + cookie.slice(at + 1);
    for (const Cookie of [flipped, 'benchwright=', 'benchwright=00000000.AAAA', `benchwright=${'A'.repeat(5_000)}`])
      expect(await status(api, Cookie), Cookie.slice(0, 40)).toBe(401);
  });

  it('ends when somebody signs out', async () => {
    const project = await api.project();
    const { post } = await visitor(api, project.key);
    const answer = await post('/console/sign-out');
    expect(answer.status).toBe(303);
    expect(answer.headers.getSetCookie().toSorted()).toEqual([
      '__Host-benchwright=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict',
      'benchwright=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict',
    ]);
  });
});

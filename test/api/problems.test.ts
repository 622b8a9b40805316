import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { ERROR_CATALOGUE } from '../../src/api/error-catalogue.ts';
import { openPostgres } from '../../src/db/client-postgres.ts';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { type Api, problemOf, type Project, startApi } from './service.ts';

let api: Api;
let project: Project;
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
});

describe('a problem', () => {
  it('has the members of RFC 9457 and ours', async () => {
    const response = await project.send('GET', '/v1/experiments/exp_0', { headers: { 'X-Request-Id': 'my-id.1' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(await problemOf(response)).toEqual({
      type: '/docs/errors/not-found',
      title: 'Nothing is here',
      status: 404,
      detail: 'no experiment exp_0',
      instance: '/v1/experiments/exp_0',
      code: 'not-found',
      request_id: 'my-id.1',
    });
  });

  it.each(ERROR_CODES)('of the code %s has a page that explains it', async (code) => {
    const page = await api.send('GET', `/docs/errors/${code}`);
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).toContain(code);
    expect(text).toContain(String(ERROR_CATALOGUE[code].status));
  });

  it('of another code has no page', async () => {
    expect((await problemOf(await api.send('GET', '/docs/errors/teapot'))).code).toBe('not-found');
  });
});

describe('every answer', () => {
  it('carries the request id that was sent, or a new one when that is missing or odd', async () => {
    const idFor = async (sent?: string) => {
      const headers: Record<string, string> = sent === undefined ? {} : { 'X-Request-Id': sent };
      return (await api.send('GET', '/healthz', { headers })).headers.get('X-Request-Id');
    };
    expect(await idFor('trace:42')).toBe('trace:42');
    expect(await idFor()).toMatch(/^req_[0-9a-f]{32}$/);
    expect(await idFor('a b')).toMatch(/^req_/);
    expect(await idFor('x'.repeat(129))).toMatch(/^req_/);
    expect(await idFor()).not.toBe(await idFor());
  });

  it('of the API may be kept by its reader alone, and differs by key and type', async () => {
    const response = await project.send('GET', '/v1/experiments');
    expect(response.headers.get('Cache-Control')).toBe('private, no-cache');
    expect(response.headers.get('Vary')).toBe('Accept, Authorization');
  });
});

describe('a path', () => {
  it('that exists answers another method with 405 and those it has', async () => {
    const response = await project.send('PATCH', '/v1/experiments');
    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe('GET, HEAD, POST');
    expect((await problemOf(response)).code).toBe('method-not-allowed');
    const trial = await project.send('GET', '/runner/v1/jobs/x/trials/y/1/1');
    expect(trial.headers.get('Allow')).toBe('PUT');
    for (const method of ['GET', 'DELETE']) {
      const validate = await project.send(method, '/v1/experiments/validate');
      expect(validate.status, method).toBe(405);
      expect(validate.headers.get('Allow'), method).toBe('POST');
    }
  });

  it('that does not exist is a problem too', async () => {
    const response = await api.send('GET', '/v2/experiments');
    expect(await problemOf(response)).toMatchObject({ code: 'not-found', detail: 'nothing is at /v2/experiments' });
  });

  it.each(['/v1/experiments/%00', '/v1/experiments?label.a=%00', '/v1/experiments/exp_0/trials/a%00b'])(
    'with a NUL character in it (%s) is refused before the database fails on it',
    async (path) => {
      const problem = await problemOf(await project.send('GET', path));
      expect(problem).toMatchObject({ status: 422, code: 'invalid-request' });
      expect(problem.detail).toContain('NUL');
    },
  );

  it('answers HEAD as GET without a body', async () => {
    const response = await project.send('HEAD', '/v1/experiments');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('a fault of our own', () => {
  it('is opaque to the client and named in the log under the request id', async () => {
    const faulty = createApp({
      ...api.deps,
      now: () => {
        throw new Error('the secret of the clock');
      },
    });
    const response = await faulty.request('/v1/targets', { headers: { Authorization: `Bearer ${project.key}` } });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain('secret');
    const { request_id, code } = JSON.parse(text) as { request_id: string; code: string };
    expect(code).toBe('internal');
    const logged = api.logged.find((entry) => entry.fields['request_id'] === request_id);
    expect(logged?.level).toBe('error');
    expect(String(logged?.fields['err'])).toContain('the secret of the clock');
  });
});

describe('without its database', () => {
  it('the service says 503 and when to try again; /healthz still answers', async () => {
    // Port 1 is reserved (tcpmux): nothing listens there.
    const away = await openPostgres({ url: 'postgres://nobody@127.0.0.1:1/none' });
    try {
      const app = createApp({ ...api.deps, db: away.db });
      for (const path of ['/readyz', '/v1/me']) {
        const response = await app.request(path, { headers: { Authorization: `Bearer ${project.key}` } });
        expect(response.status, path).toBe(503);
        expect(response.headers.get('Retry-After'), path).toBe('5');
        expect((await problemOf(response)).code, path).toBe('database-unavailable');
      }
      expect((await app.request('/healthz')).status).toBe(200);
    } finally {
      await away.close();
    }
  });

  it('and with it, /readyz answers', async () => {
    expect((await api.send('GET', '/readyz')).status).toBe(200);
  });
});

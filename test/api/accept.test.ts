import { beforeAll, describe, expect, it } from 'vitest';
import { smallSpec } from '../fixtures/spec.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

let api: Api;
let project: Project;
let path: string;
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  const sent = await project.send('POST', '/v1/experiments', { json: smallSpec() });
  path = `/v1/experiments/${(await jsonOf<{ id: string }>(sent, 202)).id}`;
});

const accepting = (accept: string) => ({ headers: { Accept: accept } });

describe('a route that answers JSON alone', () => {
  it.each(['text/html', 'text/csv, application/xml', 'application/json;q=0', '*/*;q=0', 'application/json;q=0, */*'])(
    'answers 406 to Accept: %s, with a problem all the same',
    async (accept) => {
      for (const at of ['/v1/experiments', path, `${path}/events`, '/v1/me', '/v1/targets', '/healthz']) {
        const answer = await project.send('GET', at, accepting(accept));
        expect(answer.status, at).toBe(406);
        expect((await problemOf(answer)).code, at).toBe('not-acceptable');
      }
    },
  );

  it.each(['*/*', 'application/*', 'text/html, */*;q=0.1', 'APPLICATION/JSON', 'application/json;q=0.5', ''])(
    'answers JSON to Accept: %s',
    async (accept) => {
      const answer = await project.send('GET', path, accepting(accept));
      expect(answer.status).toBe(200);
      expect(answer.headers.get('Content-Type')).toBe('application/json');
    },
  );

  it('does nothing that it could not answer', async () => {
    const mine = await api.project();
    const sent = await mine.send('POST', '/v1/experiments', { json: smallSpec(), ...accepting('text/html') });
    expect(sent.status).toBe(406);
    const { experiments } = await jsonOf<{ experiments: unknown[] }>(await mine.send('GET', '/v1/experiments'));
    expect(experiments).toEqual([]);
  });
});

describe('a route that has one form, or some', () => {
  it.each([
    ['/spec', 'text/html'],
    ['/spec', 'application/yaml'],
    ['/spec?form=original', 'application/yaml'],
    ['/report', 'application/json'],
    ['/results?partial=true', 'text/html'],
    ['/results.csv?partial=true', 'text/html'],
    ['/results.csv?partial=true', 'application/json'],
    ['/results.json?partial=true', 'text/csv'],
  ])('answers 406 at %s to Accept: %s', async (of, accept) => {
    const answer = await project.send('GET', path + of, accepting(accept));
    expect(answer.status).toBe(406);
    expect((await problemOf(answer)).code).toBe('not-acceptable');
  });

  it.each([
    ['/spec', 'application/json'],
    ['/spec?form=original', 'application/json'],
    ['/report', 'text/html'],
    ['/results?partial=true', 'text/csv'],
    ['/results.csv?partial=true', 'text/csv'],
    ['/results.json?partial=true', 'application/*'],
    ['/report', 'image/png, */*;q=0.1'],
  ])('answers at %s to Accept: %s', async (of, accept) => {
    expect((await project.send('GET', path + of, accepting(accept))).status).toBe(200);
  });
});

describe('a problem', () => {
  it('is given whatever is accepted', async () => {
    const missing = await project.send('GET', '/v1/experiments/exp_0', accepting('application/json'));
    expect((await problemOf(missing)).code).toBe('not-found');
    const unknown = await project.send('GET', '/v3', accepting('text/html'));
    expect((await problemOf(unknown)).code).toBe('not-found');
    const unauthorized = await api.send('GET', '/v1/me', { key: null, ...accepting('text/html') });
    expect((await problemOf(unauthorized)).code).toBe('unauthorized');
  });
});

describe('a route that answers something else, or nothing', () => {
  it('is not held to JSON', async () => {
    expect((await project.send('GET', `${path}/report`, accepting('text/html'))).status).toBe(200);
    expect((await project.send('GET', `${path}/results?partial=true`, accepting('text/csv'))).status).toBe(200);
    const key = await jsonOf<{ id: string }>(await project.send('POST', '/v1/keys', { json: { name: 'x' } }), 201);
    expect((await project.send('DELETE', `/v1/keys/${key.id}`, accepting('text/html'))).status).toBe(204);
  });
});

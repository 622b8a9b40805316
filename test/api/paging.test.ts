import { beforeAll, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../src/api/digest.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

interface Page {
  experiments: { id: string; name: string }[];
  next: string | null;
}

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

async function submit(project: Project, name: string): Promise<void> {
  await jsonOf(await project.send('POST', '/v1/experiments', { json: smallSpec({ name }) }), 202);
}

describe('the pages of a list', () => {
  it('show each row once and lose none, although rows are added and removed between them', async () => {
    const project = await api.project();
    for (let n = 0; n < 7; n += 1) await submit(project, `before ${n}`);
    const seen: { id: string; name: string }[] = [];
    let path: string | null = '/v1/experiments?limit=2';
    while (path !== null) {
      const answer: Response = await project.send('GET', path);
      const link = answer.headers.get('Link');
      const page: Page = await jsonOf<Page>(answer);
      expect(link).toBe(page.next === null ? null : `<${page.next}>; rel="next"`);
      seen.push(...page.experiments);
      await submit(project, 'meanwhile');
      // The row that the next page begins after may go.
      const last = page.experiments.at(-1)?.id ?? '';
      await project.send('POST', `/v1/experiments/${last}/cancel`);
      await project.send('DELETE', `/v1/experiments/${last}`);
      path = page.next;
    }
    expect(seen.map(({ name }) => name)).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `before ${n}`));
    expect(new Set(seen.map(({ id }) => id)).size).toBe(7);
  });

  it('keep the filter that the first was asked with', async () => {
    const project = await api.project();
    for (let n = 0; n < 3; n += 1) await submit(project, `n ${n}`);
    const first = await jsonOf<Page>(
      await project.send('GET', '/v1/experiments?limit=2&status=queued&label.branch=main'),
    );
    expect(first.next).toContain('status=queued');
    expect(first.next).toContain('label.branch=main');
    expect((await jsonOf<Page>(await project.send('GET', first.next ?? ''))).experiments).toHaveLength(1);
  });

  const cursor = (text: string) => toBase64Url(new TextEncoder().encode(text));
  const id = `exp_${'0'.repeat(32)}`;
  it.each([
    ['no base64', '%%%'],
    ['no cursor', 'abc'],
    ['empty', ''],
    ['a time that is none', cursor(`yesterday ${id}`)],
    ['a time that no database knows', cursor(`+275760-09-13T00:00:00.000Z ${id}`)],
    ['a day that no calendar has', cursor(`2026-02-31T99:00:00.000Z ${id}`)],
    ['an id of another kind', cursor(`2026-01-01T00:00:00.000Z key_${'0'.repeat(32)}`)],
    ['too long', 'a'.repeat(201)],
  ])('are refused with 422 for a cursor that is %s', async (_, text) => {
    const project = await api.project();
    const answer = await project.send('GET', `/v1/experiments?cursor=${encodeURIComponent(text)}`);
    expect(answer.status).toBe(422);
    expect(await problemOf(answer)).toMatchObject({
      code: 'invalid-request',
      errors: [{ pointer: '/query/cursor' }],
    });
  });
});

describe('a parameter that is given twice', () => {
  it.each([
    ['/v1/experiments?status=queued&status=running', '/query/status'],
    ['/v1/experiments?status=queued&status=queued', '/query/status'],
    ['/v1/experiments?limit=1&%6cimit=2', '/query/limit'],
    ['/v1/experiments?label.a=1&label.a=2', '/query/label.a'],
    ['/v1/experiments/exp_0/events?after=1&after=2', '/query/after'],
    ['/v1/experiments/exp_0/spec?form=original&form=normalised', '/query/form'],
    ['/v1/keys?project_id=a&project_id=b', '/query/project_id'],
  ])('is refused with 422 that names it: %s', async (path, pointer) => {
    const project = await api.project();
    const answer = await project.send('GET', path);
    expect(answer.status).toBe(422);
    const problem = await problemOf(answer);
    expect(problem.errors).toEqual([{ pointer, detail: 'expected the parameter once, got it 2 times' }]);
  });

  it('is refused where the parameter is unknown, too', async () => {
    const project = await api.project();
    expect((await project.send('GET', '/v1/experiments?serie=x')).status).toBe(422);
    expect((await project.send('GET', '/v1/runners?status=online&status=offline')).status).toBe(422);
  });
});

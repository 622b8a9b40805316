import { eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { prune } from '../../src/db/prune.ts';
import { idempotency } from '../../src/db/schema/idempotency.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { runnerOf } from './runner-client.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

function submit(project: Project, key: string, json: unknown = smallSpec()): Promise<Response> {
  return project.send('POST', '/v1/experiments', { json, headers: { 'Idempotency-Key': key } });
}

async function countOf(project: Project): Promise<number> {
  const { experiments } = await jsonOf<{ experiments: unknown[] }>(
    await project.send('GET', '/v1/experiments?limit=100'),
  );
  return experiments.length;
}

describe('Idempotency-Key on POST /v1/experiments', () => {
  it('gives the first answer again for the same request: status, headers and body', async () => {
    const project = await api.project();
    const first = await submit(project, 'key-1');
    const again = await submit(project, 'key-1');
    expect(first.headers.get('Idempotency-Replayed')).toBeNull();
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(again.status).toBe(202);
    for (const name of ['Location', 'Retry-After', 'Content-Type']) {
      expect(first.headers.get(name), name).not.toBeNull();
      expect(again.headers.get(name), name).toBe(first.headers.get(name));
    }
    expect(await again.text()).toBe(await first.text());
    expect(await countOf(project)).toBe(1);
  });

  it('is the same key bare and in quotes', async () => {
    const project = await api.project();
    await jsonOf(await submit(project, 'a "quoted" \\ one'), 202);
    const again = await submit(project, '"a \\"quoted\\" \\\\ one"');
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
  });

  it('makes one experiment of 100 requests at once: one first answer, 99 that repeat it', async () => {
    const project = await api.project();
    const answers = await Promise.all(Array.from({ length: 100 }, () => submit(project, 'burst')));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 100 }, () => 202));
    const replayed = answers.filter((answer) => answer.headers.get('Idempotency-Replayed') === 'true');
    expect(replayed).toHaveLength(99);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(1);
    expect(await countOf(project)).toBe(1);
  });

  it('is refused with 422 for another body, also one that means the same in other bytes', async () => {
    const project = await api.project();
    await jsonOf(await submit(project, 'key-2'), 202);
    for (const text of [JSON.stringify(smallSpec({ name: 'Other' })), JSON.stringify(smallSpec(), null, 1)]) {
      const refused = await project.send('POST', '/v1/experiments', { text, headers: { 'Idempotency-Key': 'key-2' } });
      expect(refused.status).toBe(422);
      expect((await problemOf(refused)).code).toBe('idempotency-key-reused');
    }
    expect(await countOf(project)).toBe(1);
  });

  it('is each project’s own', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    await jsonOf(await submit(mine, 'shared'), 202);
    const theirs = await submit(other, 'shared', smallSpec({ name: 'Theirs' }));
    expect(theirs.headers.get('Idempotency-Replayed')).toBeNull();
    expect(theirs.status).toBe(202);
  });

  it('is not used up by a request that was refused', async () => {
    const project = await api.project();
    expect((await submit(project, 'key-3', { name: 'no spec' })).status).toBe(422);
    const taken = await submit(project, 'key-3');
    expect(taken.status).toBe(202);
    expect(taken.headers.get('Idempotency-Replayed')).toBeNull();
  });

  it('repeats what was taken once, although its target is no longer offered', async () => {
    const project = await api.project();
    await jsonOf(await submit(project, 'key-4'), 202);
    await runnerOf(project).register();
    const elsewhere = smallSpec({ deployments: [{ id: 'x', target: 'gin', server: 'net-http' }] });
    expect((await submit(project, 'key-5', elsewhere)).status).toBe(422);
    expect((await submit(project, 'key-4')).headers.get('Idempotency-Replayed')).toBe('true');
  });

  it.each([
    ['an empty one', ''],
    ['empty quotes', '""'],
    ['one of 256 characters', 'k'.repeat(256)],
    ['half a quoted one', '"half'],
    ['one with letters beyond ASCII', 'schl\xfcssel'],
  ])('refuses %s with 422 and names the header', async (_, key) => {
    const project = await api.project();
    const refused = await submit(project, key);
    expect(refused.status).toBe(422);
    expect(await problemOf(refused)).toMatchObject({
      code: 'invalid-request',
      errors: [{ pointer: '/headers/Idempotency-Key' }],
    });
    expect(await countOf(project)).toBe(0);
  });

  it('takes one of 255 characters', async () => {
    const project = await api.project();
    expect((await submit(project, 'k'.repeat(255))).status).toBe(202);
  });

  it('is kept for a day: then it is pruned, and free', async () => {
    const project = await api.project();
    await jsonOf(await submit(project, 'day'), 202);
    const age = (hours: number) =>
      api.db
        .update(idempotency)
        .set({ created_at: sql`now() - make_interval(hours => ${hours})` })
        .where(eq(idempotency.project_id, project.id));
    await age(23);
    await prune(api.db);
    expect((await submit(project, 'day')).headers.get('Idempotency-Replayed')).toBe('true');
    await age(25);
    await prune(api.db);
    expect((await submit(project, 'day')).headers.get('Idempotency-Replayed')).toBeNull();
    expect(await countOf(project)).toBe(2);
  });
});

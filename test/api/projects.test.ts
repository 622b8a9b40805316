import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/core/key-format.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { runnerOf } from './runner-client.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

interface ProjectDocument {
  id: string;
  name: string;
  max_queued: number;
  retention_days: number | null;
}

let api: Api;
let operator: Project;
let made = 0;
beforeAll(async () => {
  api = await startApi();
  operator = await api.project();
});

const newName = () => `project ${(made += 1)} of ${operator.id}`;

async function create(changes: Record<string, unknown> = {}): Promise<ProjectDocument> {
  const sent = await operator.send('POST', '/v1/projects', { json: { name: newName(), ...changes } });
  return jsonOf<ProjectDocument>(sent, 201);
}

async function keyOf(project_id: string, scopes: readonly string[] = ['read', 'submit', 'run', 'admin']) {
  const json = { name: 'first', scopes, project_id };
  return jsonOf<{ id: string; key: string; project_id: string }>(
    await operator.send('POST', '/v1/keys', { json }),
    201,
  );
}

describe('/v1/projects', () => {
  it('makes a project with limits, shows it, changes one limit and keeps the other', async () => {
    const name = newName();
    const sent = await operator.send('POST', '/v1/projects', { json: { name, max_queued: 5 } });
    const location = sent.headers.get('Location') ?? '';
    const project = await jsonOf<ProjectDocument>(sent, 201);
    expect(project).toMatchObject({ name, max_queued: 5, retention_days: null });
    expect(location).toBe(`/v1/projects/${project.id}`);
    expect(await jsonOf(await operator.send('GET', location))).toEqual(project);
    const { projects } = await jsonOf<{ projects: ProjectDocument[] }>(await operator.send('GET', '/v1/projects'));
    expect(projects).toContainEqual(project);
    const changed = await operator.send('PATCH', location, { json: { retention_days: 30 } });
    expect(await jsonOf(changed)).toEqual({ ...project, retention_days: 30 });
    const forever = await operator.send('PATCH', location, { json: { retention_days: null } });
    expect(await jsonOf(forever)).toEqual(project);
    expect(await jsonOf(await operator.send('PATCH', location, { json: {} }))).toEqual(project);
  });

  it('gives no name twice', async () => {
    const { name } = await create();
    const again = await operator.send('POST', '/v1/projects', { json: { name } });
    expect(again.status).toBe(409);
    expect((await problemOf(again)).code).toBe('name-taken');
  });

  it('deletes an empty project with its keys, which are refused from then on', async () => {
    const project = await create();
    const { key } = await keyOf(project.id);
    expect((await api.send('GET', '/v1/me', { key })).status).toBe(200);
    expect((await operator.send('DELETE', `/v1/projects/${project.id}`)).status).toBe(204);
    expect((await api.send('GET', '/v1/me', { key })).status).toBe(401);
    expect((await operator.send('GET', `/v1/projects/${project.id}`)).status).toBe(404);
  });

  it('does not delete one that has an experiment, nor one that has a runner, nor its own', async () => {
    const withExperiment = await create();
    const { key } = await keyOf(withExperiment.id);
    await jsonOf(await api.send('POST', '/v1/experiments', { key, json: smallSpec() }), 202);
    const withRunner = await create();
    const runnerKey = await keyOf(withRunner.id);
    const sending = {
      ...operator,
      send: (m: string, p: string, s = {}) => api.send(m, p, { key: runnerKey.key, ...s }),
    };
    await runnerOf(sending).register();
    for (const id of [withExperiment.id, withRunner.id, operator.id]) {
      const refused = await operator.send('DELETE', `/v1/projects/${id}`);
      expect(refused.status).toBe(409);
      expect((await problemOf(refused)).code).toBe('project-not-empty');
    }
  });

  it('names what is wrong with a request', async () => {
    const json = { name: ' ', max_queued: -1, retention_days: 0, colour: 'red' };
    const problem = await problemOf(await operator.send('POST', '/v1/projects', { json }));
    expect(problem.errors?.map((e) => e.pointer).sort()).toEqual([
      '/colour',
      '/max_queued',
      '/name',
      '/retention_days',
    ]);
  });

  it('is not found for a project that is none', async () => {
    for (const [method, json] of [['GET'], ['PATCH', { max_queued: 1 }], ['DELETE']] as const) {
      const answer = await operator.send(method, '/v1/projects/prj_0', json === undefined ? {} : { json });
      expect(answer.status, method).toBe(404);
    }
  });
});

describe('keys of another project', () => {
  it('are made, listed and revoked by an operator, at once', async () => {
    const project = await create();
    const key = await keyOf(project.id);
    expect(key.project_id).toBe(project.id);
    expect(await jsonOf(await api.send('GET', '/v1/me', { key: key.key }))).toMatchObject({ project_id: project.id });
    const of = `?project_id=${project.id}`;
    const { keys } = await jsonOf<{ keys: { id: string }[] }>(await operator.send('GET', `/v1/keys${of}`));
    expect(keys.map(({ id }) => id)).toEqual([key.id]);
    expect((await operator.send('DELETE', `/v1/keys/${key.id}`)).status).toBe(404);
    expect((await operator.send('DELETE', `/v1/keys/${key.id}${of}`)).status).toBe(204);
    expect((await api.send('GET', '/v1/me', { key: key.key })).status).toBe(401);
  });

  it('are nobody else’s business', async () => {
    const [mine, other] = [await create(), await create()];
    const { key } = await keyOf(mine.id);
    const of = `?project_id=${other.id}`;
    const theirs = await keyOf(other.id);
    expect((await api.send('GET', `/v1/keys${of}`, { key })).status).toBe(403);
    expect((await api.send('DELETE', `/v1/keys/${theirs.id}${of}`, { key })).status).toBe(403);
    const json = { name: 'x', project_id: other.id };
    expect((await api.send('POST', '/v1/keys', { key, json })).status).toBe(403);
    const own = await api.send('POST', '/v1/keys', { key, json: { name: 'x', project_id: mine.id } });
    expect(own.status).toBe(201);
  });

  it('cannot be made in a project that is none', async () => {
    const answer = await operator.send('POST', '/v1/keys', { json: { name: 'x', project_id: 'prj_0' } });
    expect(answer.status).toBe(404);
  });
});

describe('the keys of a project', () => {
  it('are as many as it may have, and one more is refused with 429', async () => {
    const mine = await api.project();
    const { id } = await jsonOf<{ id: string }>(await mine.send('POST', '/v1/keys', { json: { name: 'last' } }), 201);
    await api.db.execute(sql`insert into keys (id, project_id, name, type, scopes, prefix, last_four, hash)
      select 'key_' || n || project_id, project_id, name, type, scopes, prefix, last_four, encode(sha256((n || hash)::bytea), 'hex')
      from keys, generate_series(1, 998) n where id = ${id}`);
    const refused = await mine.send('POST', '/v1/keys', { json: { name: 'one more' } });
    expect(refused.status).toBe(429);
    expect(await problemOf(refused)).toMatchObject({ code: 'quota-exceeded', max_keys: 1000 });
    await jsonOf(await operator.send('POST', '/v1/keys', { json: { name: 'elsewhere' } }), 201);
  });
});

describe('the quota of a project', () => {
  it('refuses an experiment beyond it with 429 and Retry-After, and takes one when there is room again', async () => {
    const project = await create({ max_queued: 2 });
    const { key } = await keyOf(project.id);
    const submit = (headers = {}) => api.send('POST', '/v1/experiments', { key, json: smallSpec(), headers });
    const first = await jsonOf<{ id: string }>(await submit(), 202);
    await jsonOf(await submit(), 202);
    const refused = await submit({ 'Idempotency-Key': 'third' });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('Retry-After')).toBe('60');
    expect(await problemOf(refused)).toMatchObject({ code: 'quota-exceeded', max_queued: 2 });
    await api.send('POST', `/v1/experiments/${first.id}/cancel`, { key });
    const taken = await submit({ 'Idempotency-Key': 'third' });
    expect(taken.status).toBe(202);
    expect(taken.headers.get('Idempotency-Replayed')).toBeNull();
    // What was taken is answered again, whatever waits now.
    expect((await submit({ 'Idempotency-Key': 'third' })).headers.get('Idempotency-Replayed')).toBe('true');
    expect((await submit()).status).toBe(429);
  });

  it('holds for submissions that come at once', async () => {
    const project = await create({ max_queued: 3 });
    const { key } = await keyOf(project.id);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.send('POST', '/v1/experiments', { key, json: smallSpec() })),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(17);
  });
});

describe('an operator', () => {
  it('is needed for every one of these', async () => {
    const { key } = await keyOf(
      (await create()).id,
      SCOPES.filter((scope) => scope !== 'operator'),
    );
    for (const method of ['GET', 'POST']) expect((await api.send(method, '/v1/projects', { key })).status).toBe(403);
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect((await api.send(method, `/v1/projects/${operator.id}`, { key })).status).toBe(403);
  });
});

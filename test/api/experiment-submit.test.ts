import { beforeAll, describe, expect, it } from 'vitest';
import { smallSpec } from '../fixtures/spec.ts';
import { runnerOf } from './runner-client.ts';
import { type Api, jsonOf, problemOf, startApi } from './service.ts';

interface Accepted {
  id: string;
  status: string;
  links: { self: string };
  warnings: { code: string }[];
  matrix: { cells: number; trials: number; estimated_s: number };
}

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

describe('POST /v1/experiments', () => {
  it('stores and queues a spec, and says where to look and when', async () => {
    const project = await api.project();
    const response = await project.send('POST', '/v1/experiments', { json: smallSpec() });
    expect(response.headers.get('Retry-After')).toBe('2');
    const location = response.headers.get('Location') ?? '';
    const accepted = await jsonOf<Accepted>(response, 202);
    expect(accepted.id).toMatch(/^exp_[0-9a-f]{32}$/);
    expect(accepted.status).toBe('queued');
    expect(accepted.links.self).toBe(location);
    // 4 trials × (1 s warm-up + 5 s window + 4 s overhead) + 2 probes × (3 + 4) s + 1 floor × 3 s.
    expect(accepted.matrix).toEqual({ cells: 2, trials: 4, estimated_s: 57 });
    expect(accepted.warnings.map((w) => w.code)).toEqual(['no-runner-yet', 'weak-repetitions']);
    const stored = await jsonOf(await project.send('GET', location));
    expect(stored).toMatchObject({
      id: accepted.id,
      status: 'queued',
      trials_planned: 4,
      trials_done: 0,
      progress: null,
    });
  });

  it('takes YAML, and gives back the text as sent and the normalised spec', async () => {
    const project = await api.project();
    const text = [
      'name: Yaml # kept',
      'deployments: [{id: a, target: fastapi, server: uvicorn}]',
      'load: [{model: closed, connections: [1]}]',
      '',
    ].join('\n');
    const sent = await project.send('POST', '/v1/experiments', { text, type: 'application/yaml' });
    const { links } = await jsonOf<Accepted>(sent, 202);
    const original = await project.send('GET', `${links.self}/spec?form=original`);
    expect(original.headers.get('Content-Type')).toBe('application/yaml');
    expect(await original.text()).toBe(text);
    const spec = await jsonOf<{ seed: number }>(await project.send('GET', `${links.self}/spec`));
    expect(spec).toMatchObject({ name: 'Yaml', workers: [1], workload: 'test', repetitions: 5, window_s: 60 });
    expect(Number.isInteger(spec.seed)).toBe(true);
  });

  it('names five mistakes in one answer and stores nothing', async () => {
    const project = await api.project();
    await runnerOf(project).register();
    const response = await project.send('POST', '/v1/experiments', {
      json: smallSpec({
        deployments: [
          { id: 'a', target: 'fastpi', server: 'uvicorn' },
          { id: 'b', target: 'django', server: 'gunicorn' },
        ],
        workers: [0],
        load: [{ model: 'closed', users: 'ten', think_time_s: { constant: 1 } }],
        repetitons: 3,
      }),
    });
    expect(response.status).toBe(422);
    const problem = await problemOf(response);
    expect(problem.code).toBe('invalid-spec');
    const at = new Map(problem.errors?.map((e) => [e.pointer, e.detail]));
    expect([...at.keys()].sort()).toEqual([
      '/deployments/0/target',
      '/deployments/1/server',
      '/load/0/users',
      '/repetitons',
      '/workers/0',
    ]);
    expect(at.get('/deployments/0/target')).toContain('unknown target "fastpi"; offered: django, fastapi');
    expect(at.get('/deployments/1/server')).toContain('not offered under server "gunicorn"; offered: uvicorn');
    expect(at.get('/workers/0')).toContain('expected a number ≥ 1, got 0');
    expect(at.get('/load/0/users')).toContain('got "ten"');
    expect(at.get('/repetitons')).toContain('did you mean `repetitions`');
    const list = await jsonOf<{ experiments: unknown[] }>(await project.send('GET', '/v1/experiments'));
    expect(list.experiments).toEqual([]);
  });

  it('refuses a matrix of 10,000 cells by its size', async () => {
    const project = await api.project();
    const response = await project.send('POST', '/v1/experiments', {
      json: smallSpec({
        deployments: Array.from({ length: 25 }, (_, i) => ({ id: `d${i}`, target: 'fastapi', server: 'uvicorn' })),
        workers: Array.from({ length: 20 }, (_, i) => i + 1),
        load: [{ model: 'closed', connections: Array.from({ length: 20 }, (_, i) => i + 1) }],
      }),
    });
    expect(response.status).toBe(422);
    const problem = await problemOf(response);
    expect(problem.errors).toEqual([{ pointer: '', detail: 'the matrix has 10000 cells; at most 512 are allowed' }]);
  });

  it('refuses a target that no runner of the project offers, although another project has one', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    await runnerOf(other).register();
    const accepted = await jsonOf<Accepted>(await mine.send('POST', '/v1/experiments', { json: smallSpec() }), 202);
    expect(accepted.warnings.map((w) => w.code)).toContain('no-runner-yet');
    const elsewhere = smallSpec({ deployments: [{ id: 'x', target: 'gin', server: 'net-http' }] });
    expect((await other.send('POST', '/v1/experiments', { json: elsewhere })).status).toBe(422);
  });
});

describe('POST /v1/experiments/validate', () => {
  it('shows cells, schedule and estimate of a spec and stores nothing', async () => {
    const project = await api.project();
    const shown = await jsonOf<{ cells: { cell: string }[]; schedule: { block: number; cells: string[] }[] }>(
      await project.send('POST', '/v1/experiments/validate', { json: smallSpec() }),
    );
    expect(shown.cells.map((c) => c.cell)).toEqual(['fastapi.w1.c16', 'django.w1.c16']);
    expect(shown.schedule.map((b) => [...b.cells].sort())).toEqual([
      ['django.w1.c16', 'fastapi.w1.c16'],
      ['django.w1.c16', 'fastapi.w1.c16'],
    ]);
    expect(shown).toMatchObject({ spec: { seed: 7 }, matrix: { cells: 2, trials: 4, estimated_s: 57 } });
    const list = await jsonOf<{ experiments: unknown[] }>(await project.send('GET', '/v1/experiments'));
    expect(list.experiments).toEqual([]);
  });

  it('refuses what POST /v1/experiments refuses', async () => {
    const project = await api.project();
    const response = await project.send('POST', '/v1/experiments/validate', { json: { name: 'x' } });
    expect(response.status).toBe(422);
    expect((await problemOf(response)).errors?.map((e) => e.pointer)).toEqual(['/deployments', '/load']);
  });
});

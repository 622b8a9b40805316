import { describe, expect, test } from 'vitest';
import { MAX_CELLS, MAX_TRIALS } from '../../src/core/limits.ts';
import type { TargetOffer } from '../../src/core/offer.ts';
import { parseSpec } from '../../src/core/spec-parse.ts';

function offer(target: string, over: Partial<TargetOffer> = {}): TargetOffer {
  return {
    target,
    display_name: target,
    language: 'python',
    category: 'production',
    kind: 'micro',
    servers: [{ server: 'uvicorn', interfaces: ['asgi', 'wsgi'] }],
    workloads: ['test', 'tasks'],
    unavailable: null,
    settings: [],
    features: {},
    ...over,
  };
}

const OFFERS = [
  offer('fastapi'),
  offer('django'),
  offer('express', { servers: [{ server: 'node', interfaces: ['http'] }] }),
];

const GOOD = {
  name: 'FastAPI against Django',
  deployments: [
    { id: 'fastapi', target: 'fastapi', server: 'uvicorn' },
    { id: 'django-wsgi', target: 'django', server: 'uvicorn', interface: 'wsgi' },
  ],
  load: [{ model: 'closed', users: [10, 50], think_time_s: { uniform: [1, 2] } }],
};

function problemsIn(input: unknown, offers: readonly TargetOffer[] | null = OFFERS): Record<string, string> {
  const result = parseSpec(input, { offers });
  return result.ok ? {} : Object.fromEntries(result.problems.map((p) => [p.pointer, p.detail]));
}

function parsed(input: unknown, offers: readonly TargetOffer[] | null = OFFERS) {
  const result = parseSpec(input, { offers });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

describe('parseSpec', () => {
  test('fills in every default of a short spec', () => {
    const { spec, warnings } = parsed(GOOD);
    expect(spec).toMatchObject({
      labels: {},
      workers: [1],
      workload: 'test',
      repetitions: 5,
      warmup_s: 10,
      window_s: 60,
      timeout_s: 10,
      fail_fast: false,
      requires: { runner_labels: {} },
      missing_targets: 'error',
      timeout_minutes: 240,
      queue_timeout_minutes: 1440,
    });
    expect(spec.seed).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test('names all five mistakes of a spec at once, each with its JSON pointer', () => {
    const problems = problemsIn({
      ...GOOD,
      repetitons: 3,
      workers: [0],
      deployments: [
        { id: 'a', target: 'fastpai', server: 'uvicorn' },
        { id: 'b', target: 'django', server: 'gunicorn' },
      ],
      load: [{ model: 'closed', users: 'ten', think_time_s: { constant: 1 } }],
    });
    expect(problems).toEqual({
      '/repetitons': 'unknown key `repetitons`; did you mean `repetitions`?',
      '/workers/0': 'expected a number ≥ 1, got 0',
      '/load/0/users': 'expected an array, got "ten"',
      '/deployments/0/target': 'unknown target "fastpai"; offered: django, express, fastapi; did you mean `fastapi`?',
      '/deployments/1/server': 'target django is not offered under server "gunicorn"; offered: uvicorn',
    });
  });

  test('checks the readable deployments and families of a list in which another is not readable', () => {
    const problems = problemsIn({
      ...GOOD,
      deployments: [
        { id: 'A', target: 'fastapi', server: 'uvicorn' },
        { id: 'b', target: 'nothing', server: 'uvicorn' },
      ],
      load: [{ model: 'opne' }, { model: 'closed', users: [1] }],
    });
    expect(Object.keys(problems)).toEqual([
      '/deployments/0/id',
      '/load/0/model',
      '/load/1/think_time_s',
      '/deployments/1/target',
    ]);
  });

  test.each([
    ['deployments', { id: 'a', target: 'fastapi', sever: 'uvicorn' }, '/deployments/0/sever', 'server'],
    ['load', { model: 'closed', conections: [1] }, '/load/0/conections', 'connections'],
  ])('suggests the known key for a slip inside %s', (key, entry, pointer, meant) => {
    expect(problemsIn({ ...GOOD, [key]: [entry] })[pointer]).toContain(`did you mean \`${meant}\`?`);
  });

  test('does not suggest a name that is far from what was written', () => {
    expect(problemsIn({ ...GOOD, hypotheses: [] })['/hypotheses']).toBe('unknown key `hypotheses`');
  });

  test('says which required keys are missing', () => {
    expect(problemsIn({})).toEqual({
      '/name': 'required key `name` is missing',
      '/deployments': 'required key `deployments` is missing',
      '/load': 'required key `load` is missing',
    });
  });

  test.each([[null], ['text'], [[GOOD]], [7]])('refuses %j, which is no object', (input) => {
    expect(problemsIn(input)['']).toMatch(/^expected an object/);
  });

  test('escapes ~ and / in pointers (RFC 6901)', () => {
    expect(Object.keys(problemsIn({ ...GOOD, 'a/b~c': 1 }))).toEqual(['/a~1b~0c']);
  });

  test('shows a long value shortened', () => {
    const detail = problemsIn({ ...GOOD, workers: 'w'.repeat(500) })['/workers'] ?? '';
    expect(detail.length).toBeLessThan(120);
    expect(detail).toContain('…');
  });
});

const load = (family: object) => problemsIn({ ...GOOD, load: [{ model: 'closed', ...family }] });

describe('what is printed in terminals', () => {
  test('names and labels hold no control characters', () => {
    expect(problemsIn({ ...GOOD, name: 'a\u001b[31mred', labels: { branch: 'two\nlines' } })).toEqual({
      '/name': expect.stringContaining('expected one line without control characters'),
      '/labels/branch': expect.stringContaining('expected one line without control characters'),
    });
    expect(problemsIn({ ...GOOD, name: 'Größe → 3 µs', labels: { branch: '' } })).toEqual({});
  });

  test('a number beyond the range of JSON is shown as what it became', () => {
    expect(problemsIn({ ...GOOD, seed: Number.POSITIVE_INFINITY })['/seed']).toContain('got Infinity');
  });
});

describe('rules within load', () => {
  test('a family has users or connections, not both and not neither', () => {
    expect(Object.keys(load({}))).toEqual(['/load/0']);
    expect(Object.keys(load({ users: [1], connections: [1], think_time_s: { constant: 1 } }))).toEqual(['/load/0']);
  });

  test('users need a think time, connections must not have one', () => {
    expect(Object.keys(load({ users: [1] }))).toEqual(['/load/0/think_time_s']);
    expect(Object.keys(load({ connections: [1], think_time_s: { constant: 1 }, ramp_users_per_s: 5 }))).toEqual([
      '/load/0/think_time_s',
      '/load/0/ramp_users_per_s',
    ]);
  });

  test('a think time is of one kind and a uniform one ascends', () => {
    expect(load({ users: [1], think_time_s: { constant: 1, exponential: 1 } })['/load/0/think_time_s']).toMatch(
      /exactly one/,
    );
    expect(load({ users: [1], think_time_s: { uniform: [2, 1] } })['/load/0/think_time_s/uniform']).toBe(
      'expected [lowest, highest], got [2,1]',
    );
  });

  test('a level twice in one family is a mistake; in two families it asks for ids', () => {
    expect(load({ connections: [4, 8, 4] })['/load/0/connections/2']).toBe('level 4 is listed twice');
    const family = { model: 'closed', connections: [4] };
    expect(problemsIn({ ...GOOD, load: [family, family] })['/load/1/id']).toMatch(/an `id` of its own/);
    expect(problemsIn({ ...GOOD, load: [family, { ...family, id: 'again' }] })).toEqual({});
  });

  test('the same number as users and as connections is no clash', () => {
    expect(problemsIn({ ...GOOD, load: [...GOOD.load, { model: 'closed', connections: [10] }] })).toEqual({});
  });
});

describe('rules against what runners offer', () => {
  test('without any runner ever the spec is taken with a warning', () => {
    expect(parsed(GOOD, null).warnings.map((w) => w.code)).toEqual(['no-runner-yet']);
  });

  test('with runners that offer nothing the target is unknown', () => {
    expect(problemsIn(GOOD, [])['/deployments/0/target']).toBe('unknown target "fastapi"; offered: nothing');
  });

  test('a workload that no target of several deployments has is one problem a target, not one a deployment', () => {
    const twins = [...GOOD.deployments, { id: 'fastapi-2', target: 'fastapi', server: 'uvicorn' }];
    const result = parseSpec({ ...GOOD, deployments: twins, workload: 'task' }, { offers: OFFERS });
    expect(result.ok ? [] : result.problems).toEqual([
      {
        pointer: '/workload',
        detail: 'target fastapi has no workload "task"; offered: test, tasks; did you mean `tasks`?',
      },
      {
        pointer: '/workload',
        detail: 'target django has no workload "task"; offered: test, tasks; did you mean `tasks`?',
      },
    ]);
  });

  test('an interface that the server does not have is named with those it has', () => {
    const deployments = [{ id: 'x', target: 'express', server: 'node', interface: 'asgi' }];
    expect(problemsIn({ ...GOOD, deployments })).toEqual({
      '/deployments/0/interface': 'express under node has no interface "asgi"; offered: http',
    });
  });

  test('a target that no runner can run says why', () => {
    const offers = [offer('fastapi', { unavailable: 'no Python ≥ 3.11' }), offer('django')];
    expect(problemsIn(GOOD, offers)['/deployments/0/target']).toBe('target fastapi cannot run: no Python ≥ 3.11');
  });

  test('missing_targets: skip leaves such deployments out with a warning, but not all of them', () => {
    const skip = { ...GOOD, missing_targets: 'skip' };
    const result = parsed(skip, [offer('django')]);
    expect(result.spec.deployments.map((d) => d.id)).toEqual(['django-wsgi']);
    expect(result.warnings.map((w) => w.code)).toEqual(['targets-skipped']);
    expect(Object.keys(problemsIn(skip, [offer('express')]))).toEqual([
      '/deployments/0/target',
      '/deployments/1/target',
    ]);
  });
});

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const capacity = (count: number) => [{ model: 'closed', connections: range(1, count) }];

describe('limits', () => {
  test('512 cells are taken, 10,000 are refused with both numbers', () => {
    const ids = (n: number) => range(1, n).map((i) => ({ id: `d${i}`, target: 'fastapi', server: 'uvicorn' }));
    const base = { ...GOOD, repetitions: 1, window_s: 1, warmup_s: 0 };
    const most = { ...base, deployments: ids(16), load: capacity(32) };
    expect(problemsIn(most)).toEqual({});
    const many = { ...base, deployments: ids(25), workers: range(1, 20), load: capacity(20) };
    expect(problemsIn(many)['']).toBe(`the matrix has 10000 cells; at most ${MAX_CELLS} are allowed`);
  });

  test('more than 5,000 trials are refused at the repetitions', () => {
    const many = { ...GOOD, workers: range(1, 20), load: capacity(20), repetitions: 10, window_s: 1, warmup_s: 0 };
    expect(problemsIn({ ...many, deployments: GOOD.deployments.slice(0, 1) })).toHaveProperty('/timeout_minutes');
    expect(problemsIn({ ...many, repetitions: 50, workers: range(1, 10) })['/repetitions']).toContain(
      `at most ${MAX_TRIALS} are allowed`,
    );
  });

  test('an experiment that cannot end in timeout_minutes says its estimate', () => {
    // 4 cells × 5 × (60 + 10 + 3 s, and a ramp of 1 or 5 s) and 2 probes of 6 s and 2 floors of 2 s: 1,536 s.
    expect(problemsIn({ ...GOOD, timeout_minutes: 20 })).toEqual({
      '/timeout_minutes': 'the matrix of 20 trials is estimated at 26 minutes, more than timeout_minutes 20',
    });
  });

  test.each([
    ['window_s', 0, 'expected a number ≥ 1, got 0'],
    ['repetitions', 101, 'expected a number ≤ 100, got 101'],
    ['timeout_minutes', 1441, 'expected a number ≤ 1440, got 1441'],
    ['seed', -1, 'expected a number ≥ 0, got -1'],
    ['workers', [257], 'expected a number ≤ 256, got 257'],
  ])('%s %j is out of range: one problem', (key, value, detail) => {
    expect(Object.values(problemsIn({ ...GOOD, [key]: value }))).toEqual([detail]);
  });

  test('ids that are used twice and worker counts listed twice are named', () => {
    const problems = problemsIn({
      ...GOOD,
      deployments: [GOOD.deployments[0], GOOD.deployments[0]],
      workers: [1, 2, 1],
    });
    expect(problems).toEqual({
      '/deployments/1/id': 'deployment id "fastapi" is already used',
      '/workers/2': 'worker count 1 is listed twice',
    });
  });

  test('fewer than five repetitions warn; one says that nothing can be shown', () => {
    expect(parsed({ ...GOOD, repetitions: 3 }).warnings[0]).toMatchObject({ code: 'weak-repetitions' });
    expect(parsed({ ...GOOD, repetitions: 1 }).warnings[0]?.detail).toContain('no difference can be shown');
  });
});

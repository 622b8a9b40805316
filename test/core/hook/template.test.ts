import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultTemplate } from '../../../src/core/hook/default-template.ts';
import type { HookChange } from '../../../src/core/hook/hook-change.ts';
import { fillTemplate, templateProblems } from '../../../src/core/hook/template.ts';
import { expandMatrix } from '../../../src/core/matrix.ts';
import { parseSpec } from '../../../src/core/spec-parse.ts';
import type { Spec } from '../../../src/core/spec.ts';
import { commitOf } from '../../fixtures/github-events.ts';
import { smallSpec } from '../../fixtures/spec.ts';

const HOSTILE = 'x"}, evil: {';

function change(changes: Partial<HookChange> = {}): HookChange {
  return {
    event: 'pull-request',
    repo: 'acme/shop',
    branch: 'faster',
    onto: 'main',
    ref: 'refs/pull/5/head',
    head_sha: commitOf('head'),
    base_sha: commitOf('base'),
    pull_request: { number: 5, updated_at: '2026-11-20T10:00:00Z', is_open: true, fork: false },
    ...changes,
  };
}

function filled(template: Record<string, unknown>, of: HookChange = change()): Record<string, unknown> {
  const result = fillTemplate(template, of);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return { ...result.input };
}

describe('a template', () => {
  it('has each placeholder replaced inside its strings, wherever they stand', () => {
    const template = {
      name: '{{repo}}#{{pr}}: {{ branch }}',
      deployments: [{ id: 'head', ref: '{{sha}}' }, { ref: '{{base_sha}}' }, { ref: '{{ref}}' }],
      repetitions: 5,
      fail_fast: false,
      labels: {},
    };
    expect(filled(template)).toEqual({
      name: 'acme/shop#5: faster',
      deployments: [{ id: 'head', ref: commitOf('head') }, { ref: commitOf('base') }, { ref: 'refs/pull/5/head' }],
      repetitions: 5,
      fail_fast: false,
      labels: { branch: 'faster', commit: commitOf('head') },
    });
  });

  it('leaves a list of requests alone: what stands in braces there is the load engine’s', () => {
    const workload = [
      {
        sequence: [{ request: 'POST /tasks', body: '{{seq}}', save: { id: '$.id' } }, { request: 'GET /tasks/{{id}}' }],
      },
    ];
    expect(filled({ name: '{{sha}}', workload })).toMatchObject({ name: commitOf('head'), workload });
    expect(templateProblems(smallSpec({ workload }))).toEqual([]);
    expect(templateProblems(smallSpec({ workload: '{{sah}}' }))).toMatchObject([{ pointer: '/workload' }]);
  });

  it('keeps its keys as they are', () => {
    expect(filled({ '{{sha}}': { '{{repo}}': 1 } })).toMatchObject({ '{{sha}}': { '{{repo}}': 1 } });
  });

  it('takes a value for text, whatever it looks like: nothing in it is a key, a mark or another placeholder', () => {
    const tree = filled(
      { name: 'of {{branch}}', labels: { b: '{{branch}}' } },
      change({ branch: `${HOSTILE}{{sha}}` }),
    );
    expect(tree).toEqual({
      name: `of ${HOSTILE}{{sha}}`,
      labels: { b: `${HOSTILE}{{sha}}`, branch: `${HOSTILE}{{sha}}`, commit: commitOf('head') },
    });
  });

  it('has for any branch the shape that it has for a harmless one', () => {
    const shapeOf = (tree: unknown): unknown =>
      typeof tree === 'object' && tree !== null
        ? Object.entries(tree).map(([key, value]) => [key, shapeOf(value)])
        : typeof tree;
    const template = { name: '{{branch}}', labels: { a: '-{{branch}}-' }, deployments: [{ ref: '{{branch}}' }] };
    const expected = shapeOf(filled(template));
    fc.assert(
      fc.property(fc.string(), (branch) => {
        expect(shapeOf(filled(template, change({ branch })))).toEqual(expected);
      }),
    );
  });

  it('is labelled with branch and commit, unless it says something else', () => {
    expect(filled({ labels: { branch: 'release', team: 'a' } })['labels']).toEqual({
      branch: 'release',
      team: 'a',
      commit: commitOf('head'),
    });
    expect(filled({}, change({ branch: null }))['labels']).toEqual({ commit: commitOf('head') });
  });

  it('makes a spec also for a branch whose name is longer than a label may be', () => {
    const branch = `owner:${'🐛'.repeat(140)}`;
    const template = defaultTemplate({ target: 'shop', server: 'uvicorn' });
    const parsed = parseSpec(filled({ ...template }, change({ branch })), { offers: null });
    expect(parsed.ok).toBe(true);
    expect((parsed as { spec: Spec }).spec.labels['branch']).toBe(`owner:${'🐛'.repeat(97)}`);
  });

  it('that names what an event does not have makes none, and says where', () => {
    const push = change({ event: 'push', pull_request: null, base_sha: null });
    const result = fillTemplate({ name: 'of {{pr}}', deployments: [{ ref: '{{base_sha}}' }] }, push);
    expect(result).toEqual({
      ok: false,
      problems: [
        { pointer: '/name', detail: '`{{pr}}` is not known of this event' },
        { pointer: '/deployments/0/ref', detail: '`{{base_sha}}` is not known of this event' },
      ],
    });
  });

  it('compares with the branch that a merge request goes to where its commit is not told', () => {
    expect(filled({ name: '{{base_sha}}' }, change({ base_sha: null, onto: 'develop' }))['name']).toBe('develop');
  });
});

describe('what can be seen of a template before anything comes', () => {
  it('is nothing where it makes a spec', () => {
    expect(templateProblems(smallSpec({ name: '{{repo}} {{sha}}' }))).toEqual([]);
  });

  it('is an unknown placeholder, with the one that may be meant', () => {
    const problems = templateProblems(smallSpec({ name: '{{shaa}} {{nonsense}}', labels: { a: '{{}}' } }));
    expect(problems.map(({ pointer }) => pointer)).toEqual(['/name', '/name', '/labels/a']);
    expect(problems[0]?.detail).toMatch(/`\{\{shaa\}\}`; did you mean `sha`\?/);
  });

  it('is everything that any spec is refused for', () => {
    const problems = templateProblems(smallSpec({ workers: [0], unheard_of: 1 }));
    expect(problems.map(({ pointer }) => pointer)).toEqual(['/unheard_of', '/workers/0']);
    expect(templateProblems('name: x')).toHaveLength(1);
    expect(templateProblems([])).toHaveLength(1);
    expect(templateProblems(null)).toHaveLength(1);
  });
});

describe('the default template', () => {
  it('measures base against head of one target in the same blocks, with 16 connections, and finds 3 % less throughput', () => {
    const template = defaultTemplate({ target: 'shop', server: 'uvicorn', interface: 'asgi' });
    expect(templateProblems(template)).toEqual([]);
    const parsed = parseSpec(filled({ ...template }), { offers: null });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const spec = { ...parsed.spec, seed: 1 } satisfies Spec;
    expect(spec.deployments).toEqual([
      { id: 'base', target: 'shop', server: 'uvicorn', interface: 'asgi', ref: commitOf('base') },
      { id: 'head', target: 'shop', server: 'uvicorn', interface: 'asgi', ref: commitOf('head') },
    ]);
    expect(expandMatrix(spec).map(({ cell }) => cell)).toEqual(['base.w1.c16', 'head.w1.c16']);
    expect(spec.thresholds).toEqual([
      { cells: {}, regression: { metric: 'throughput_rps', worse_by: 0.03, base: 'base', head: 'head' } },
    ]);
    expect(spec).toMatchObject({ series: 'shop', labels: { branch: 'faster', commit: commitOf('head') } });
  });
});

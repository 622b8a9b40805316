import { describe, expect, it } from 'vitest';
import { neededKeys, offerKeys, reaches, type TargetOffer } from '../../src/core/offer.ts';
import { parseSpec } from '../../src/core/spec-parse.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

const offer = (target: string, over: Partial<TargetOffer> = {}): TargetOffer => ({
  target,
  display_name: target,
  language: 'node',
  category: 'production',
  kind: 'micro',
  servers: [{ server: 'node', interfaces: ['http'] }],
  workloads: ['test'],
  unavailable: null,
  settings: [],
  features: {},
  ...over,
});
const OFFERS = [offer('hono'), offer('shop', { versioned: true, branches: ['main'] })];

const problemsOf = (target: string, ref: unknown, offers = OFFERS): Record<string, string> => {
  const deployments = [{ id: 'head', target, server: 'node', ref }];
  const spec = { name: 'x', deployments, load: [{ model: 'closed', connections: [1] }] };
  const result = parseSpec(spec, { offers });
  return result.ok ? {} : Object.fromEntries(result.problems.map(({ pointer, detail }) => [pointer, detail]));
};

describe('the ref of a deployment', () => {
  it.each([COMMIT, 'main', undefined])('is taken for a target from git: %s', (ref) => {
    expect(problemsOf('shop', ref)).toEqual({});
  });

  it('is not offered for a target whose code comes with the runner', () => {
    expect(problemsOf('hono', COMMIT)).toEqual({
      '/deployments/0/ref': 'ref is not offered for the target hono: its code comes with the runner, not from git',
    });
  });

  it('that names a branch which the manifest does not list is refused, with those that it lists', () => {
    expect(problemsOf('shop', 'feature/x')).toEqual({
      '/deployments/0/ref': 'the branch "feature/x" may not be named here, only main and commits of 40 hex digits',
    });
  });

  it('is taken where one of several runners lists the branch', () => {
    const other = offer('shop', { versioned: true, branches: ['feature/*'] });
    expect(problemsOf('shop', 'feature/x', [...OFFERS, other])).toEqual({});
  });

  it.each([
    '--upload-pack=touch x',
    'x"}, evil: {',
    '',
    ' main',
    'a\u0000b',
    ['main'],
    { git: 'https://example.com/a' },
  ])('that is no name is refused by its shape: %j', (ref) => {
    expect(problemsOf('shop', ref)).toHaveProperty('/deployments/0/ref');
  });

  it('cannot bring an address or a command of its own', () => {
    const source = { git: 'https://example.com/evil' };
    const deployments = [{ id: 'head', target: 'shop', server: 'node', source, build: ['sh'], argv: ['sh'] }];
    const spec = { name: 'x', deployments, load: [{ model: 'closed', connections: [1] }] };
    const result = parseSpec(spec, { offers: OFFERS });
    expect(result.ok ? [] : result.problems.map(({ pointer }) => pointer)).toEqual([
      '/deployments/0/source',
      '/deployments/0/build',
      '/deployments/0/argv',
    ]);
  });

  it('keeps the job from a runner that has the target without git', () => {
    const needs = neededKeys([{ target: 'shop', server: 'node', ref: 'main' }]);
    const job = { project_id: 'prj_1', needs, runner_labels: {} };
    const runner = (offered: TargetOffer) => ({ project_id: 'prj_1', offer_keys: offerKeys([offered]), labels: {} });
    expect(reaches(runner(offer('shop', { versioned: true, branches: [] })), job)).toBe(true);
    expect(reaches(runner(offer('shop')), job)).toBe(false);
    const without = neededKeys([{ target: 'shop', server: 'node' }]);
    expect(reaches(runner(offer('shop', { versioned: true })), { ...job, needs: without })).toBe(true);
  });
});

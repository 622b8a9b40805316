import { describe, expect, test } from 'vitest';
import { expandMatrix } from '../../src/core/matrix.ts';
import { MAX_PROBLEMS } from '../../src/core/spec-problems.ts';
import { parseSpec } from '../../src/core/spec-parse.ts';
import { OFFERS } from '../fixtures/offers.ts';

const GOOD = {
  name: 'Reads and writes',
  deployments: [{ id: 'fastapi', target: 'fastapi', server: 'uvicorn' }],
  load: [{ model: 'closed', connections: [16] }],
};
const LIST = [
  { request: 'GET /tasks', weight: 4 },
  {
    weight: 2,
    sequence: [
      { request: 'POST /tasks', body: { title: 'Task {{seq}}' }, save: { id: '$.id' } },
      { request: 'GET /tasks/{{id}}', status: [200, 304] },
    ],
  },
];

function problemsIn(workload: unknown, over: object = {}): Record<string, string> {
  const result = parseSpec({ ...GOOD, workload, ...over }, { offers: OFFERS });
  return result.ok ? {} : Object.fromEntries(result.problems.map((p) => [p.pointer, p.detail]));
}

describe('a workload that lists its requests', () => {
  test('is taken whatever workloads the targets have names for, and its cells are called custom', () => {
    const parsed = parseSpec({ ...GOOD, workload: LIST }, { offers: OFFERS });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(parsed.spec.workload).toEqual(LIST);
    expect(expandMatrix(parsed.spec).map((cell) => cell.workload)).toEqual(['custom']);
  });

  test('has all its problems told at once, each with its pointer', () => {
    expect(
      problemsIn([
        { request: 'tasks', weight: 0 },
        { request: 'GET /tasks', wieght: 1, status: 'ok' },
        { sequence: [{ request: 'GET /tasks', save: { ID: '$.id' } }, {}], weigth: 1 },
      ]),
    ).toEqual({
      '/workload/0/request': expect.stringContaining('METHOD /path'),
      '/workload/0/weight': 'expected a number > 0, got 0',
      '/workload/1/wieght': 'unknown key `wieght`; did you mean `weight`?',
      '/workload/1/status': 'expected a number, got "ok"',
      '/workload/2/weigth': 'unknown key `weigth`; did you mean `weight`?',
      '/workload/2/sequence/0/save/ID': expect.stringContaining('a name of lower-case letters'),
      '/workload/2/sequence/1/request': 'expected a string, got nothing',
    });
  });

  test('uses no value that nobody set', () => {
    expect(problemsIn([{ request: 'GET /tasks/{{id}}' }])['/workload/0/request']).toContain('{{id}} is not set');
  });

  test('is read no further than the problems that are told', () => {
    const result = parseSpec(
      { ...GOOD, workload: Array.from({ length: 32 }, () => ({ sequence: Array.from({ length: 32 }, () => ({})) })) },
      { offers: OFFERS },
    );
    expect(result.ok ? [] : result.problems).toHaveLength(MAX_PROBLEMS);
    const many = Array.from({ length: 50_000 }, () => ({}));
    expect(Object.keys(problemsIn(many))).toEqual(['/workload']);
  });

  test('is selected by that word in thresholds', () => {
    const over = (workload: string) => ({ thresholds: [{ cells: { workload }, expect: ['error_rate == 0'] }] });
    expect(problemsIn(LIST, over('custom'))).toEqual({});
    expect(problemsIn(LIST, over('test'))['/thresholds/0/cells/workload']).toContain('the spec has custom');
  });
});

test('a workload by name is none of that word, which stands for a list', () => {
  expect(problemsIn('custom')['/workload']).toMatch(/^expected a workload of the contract, or a list of requests/);
  expect(problemsIn(7)).toEqual({ '/workload': 'expected a string, got 7' });
  expect(problemsIn('tset')['/workload']).toContain('did you mean `test`?');
});

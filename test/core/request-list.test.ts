import { describe, expect, test } from 'vitest';
import { planItems, type RequestList, requestListProblems, requestListSchema } from '../../src/core/request-list.ts';

function problems(list: unknown): string[] {
  return requestListProblems(requestListSchema.parse(list), '/workload').map(
    ({ pointer, detail }) => `${pointer}: ${detail}`,
  );
}

describe('the problems of a list of requests', () => {
  test('are none where every value is set before it is used', () => {
    const list = [
      { request: 'GET /tasks', weight: 4 },
      {
        sequence: [
          { request: 'POST /tasks', body: { title: '{{seq}}', deep: ['{{uuid}}'] }, save: { id: '$.id' } },
          { request: 'GET /tasks/{{id}}', headers: { 'X-Id': '{{id}}' } },
        ],
      },
    ];
    expect(problems(list)).toEqual([]);
  });

  test('are all named at once, each where it stands', () => {
    const list = [
      { request: 'GET /tasks/{{id}}' },
      {
        sequence: [
          {
            request: 'POST /tasks',
            body: { title: '{{title}}', list: ['{{random}}'] },
            save: { seq: '$.id', task_id: '$.id' },
          },
          { request: 'GET /tasks/{{taskid}}', headers: { 'X-A': '{{nothing}}' } },
        ],
      },
    ];
    expect(problems(list)).toEqual([
      '/workload/0/request: {{id}} is not set: no earlier step of the sequence saves it',
      '/workload/1/sequence/0/body/title: {{title}} is not set: no earlier step of the sequence saves it',
      '/workload/1/sequence/0/body/list/0: {{random}}: expected a range like {{random:1-100}}',
      "/workload/1/sequence/0/save/seq: {{seq}} is the engine's own: choose another name",
      expect.stringMatching(/^\/workload\/1\/sequence\/1\/request: \{\{taskid\}\} is not set.*task_id/),
      '/workload/1/sequence/1/headers/X-A: {{nothing}} is not set: no earlier step of the sequence saves it',
    ]);
  });

  test('include what one sequence saved for another: values do not leave theirs', () => {
    const list = [
      { sequence: [{ request: 'POST /tasks', body: {}, save: { id: '$.id' } }] },
      { sequence: [{ request: 'GET /tasks/{{id}}' }] },
    ];
    expect(problems(list)).toHaveLength(1);
  });
});

describe('the shape of a list of requests', () => {
  test.each([
    [[]],
    [[{ request: 'GET tasks' }]],
    [[{ request: 'GET /a b' }]],
    [[{ request: 'GET /上' }]],
    [[{ request: 'GET /a\u0080' }]],
    [[{ request: 'GET /a#b' }]],
    [[{ request: 'GET /a', weight: 0 }]],
    [[{ request: 'GET /a', status: 99 }]],
    [[{ request: 'GET /a', headers: { 'X A': 'b' } }]],
    [[{ request: 'GET /a', headers: { 'X-A': 'b\r\nX-B: c' } }]],
    [[{ request: 'GET /a', save: { id: '$.id' } }]],
    [[{ sequence: [] }]],
    [[{ sequence: [{ request: 'GET /a', save: { id: 'id' } }] }]],
    [[{ sequence: [{ request: 'GET /a', weight: 2 }] }]],
  ])('refuses %j', (list) => {
    expect(requestListSchema.safeParse(list).success).toBe(false);
  });
});

test('double braces are sent in a text of JSON by their escapes, as docs/engine.md says', () => {
  const body = String.raw`{"template": "\u007b\u007b name }}"}`;
  const list = requestListSchema.parse([{ request: 'POST /', body }]);
  expect(requestListProblems(list, '')).toEqual([]);
  const sent = planItems(list, () => ({ statuses: [200], json: null }))[0]!.steps[0]!.body!;
  expect([sent, JSON.parse(sent)]).toEqual([body, { template: '{{ name }}' }]);
  expect(problems([{ request: 'POST /', body: '{{ Name }}' }])).toHaveLength(1);
});

describe('a list as the engine has it', () => {
  const list: RequestList = requestListSchema.parse([
    { request: 'POST /a?b=c', body: { x: 1 }, status: 201, weight: 2 },
    { request: 'PUT /t', body: 'plain', headers: { 'content-type': 'text/plain' } },
    { sequence: [{ request: 'GET /u', status: [200, 304] }] },
  ]);

  test('has JSON with its type, a text as it stands, and what success is', () => {
    const items = planItems(list, () => ({ statuses: [200], json: null }), { Accept: '*/*' });
    expect(items).toEqual([
      {
        weight: 2,
        steps: [
          {
            name: 'POST /a?b=c',
            method: 'POST',
            path: '/a?b=c',
            headers: { Accept: '*/*', 'Content-Type': 'application/json' },
            body: '{"x":1}',
            body_is_json: true,
            expect: { statuses: [201], json: null },
          },
        ],
      },
      {
        weight: 1,
        steps: [
          {
            name: 'PUT /t',
            method: 'PUT',
            path: '/t',
            headers: { Accept: '*/*', 'content-type': 'text/plain' },
            body: 'plain',
            body_is_json: false,
            expect: { statuses: [200], json: null },
          },
        ],
      },
      {
        weight: 1,
        steps: [
          {
            name: 'GET /u',
            method: 'GET',
            path: '/u',
            headers: { Accept: '*/*' },
            body: null,
            body_is_json: false,
            expect: { statuses: [200, 304], json: null },
          },
        ],
      },
    ]);
  });
});

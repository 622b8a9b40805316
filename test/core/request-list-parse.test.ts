import { describe, expect, it } from 'vitest';
import { MAX_ITEMS } from '../../src/core/request-list.ts';
import { parseRequestList } from '../../src/core/request-list-parse.ts';
import { MAX_PROBLEMS } from '../../src/core/spec-problems.ts';

function problemsOf(value: unknown, at?: readonly PropertyKey[]): string[] {
  const parsed = parseRequestList(value, at);
  return parsed.ok ? [] : parsed.problems.map(({ pointer, detail }) => `${pointer}: ${detail}`);
}

describe('a request list', () => {
  it('is requests with weights, and sequences whose steps use what earlier ones saved', () => {
    const list = [
      { request: 'GET /items?page={{random:1-100}}', weight: 3, status: [200, 304] },
      {
        sequence: [
          { request: 'POST /items', body: { name: 'item {{seq}}' }, status: 201, save: { id: '$.id' } },
          { request: 'GET /items/{{id}}', headers: { 'X-User': '{{user}}' } },
        ],
      },
    ];
    const parsed = parseRequestList(list);
    expect(parsed).toMatchObject({ ok: true, list: [{ weight: 3 }, { weight: 1 }] });
  });

  it('names the problems of every entry, each at its place', () => {
    const list = [
      { request: 'get /', wieght: 2 },
      { sequence: [{ request: 'GET /items/{{id}}' }, { request: 'POST /', save: { id: '$.id' }, staus: 201 }] },
      { sequence: [{ request: 'GET /items/{{id}}' }, { request: 'POST /', save: { id: '$.id', seq: '$.n' } }] },
      { request: 'GET /', headers: { 'Transfer-Encoding': 'chunked' }, body: { deep: ['{{ides}}'] } },
      7,
    ];
    expect(problemsOf(list)).toEqual([
      expect.stringMatching(/^\/0\/request: expected `METHOD \/path`, got "get \/"$/),
      expect.stringMatching(/^\/0\/wieght: unknown key `wieght`; did you mean `weight`\?$/),
      expect.stringMatching(/^\/1\/sequence\/1\/staus: unknown key `staus`; did you mean `status`\?$/),
      expect.stringMatching(/^\/2\/sequence\/0\/request: \{\{id\}\} is not set: no earlier step/),
      expect.stringMatching(/^\/2\/sequence\/1\/save\/seq: \{\{seq\}\} is the engine's own/),
      expect.stringMatching(/^\/3\/body\/deep\/0: \{\{ides\}\} is not set/),
      expect.stringMatching(/^\/3\/headers\/Transfer-Encoding: the engine writes this header itself$/),
      expect.stringMatching(/^\/4: expected an object, got 7$/),
    ]);
  });

  it.each([
    ['Content-Length', '3', /the engine writes this header itself$/],
    ['expect', '100-continue', /does not wait for an answer 100$/],
    ['Upgrade', 'h2c', /does not change to another protocol$/],
    ['Keep-Alive', 'timeout=5', /keeps its connections/],
    ['Connection', 'Upgrade', /expected close or keep-alive, got "Upgrade"$/],
    ['Connection', '{{seq}}', /expected close or keep-alive/],
  ])('does not name the header %s: %s', (name, value, says) => {
    expect(problemsOf([{ request: 'GET /', headers: { [name]: value } }])).toEqual([expect.stringMatching(says)]);
  });

  it.each(['close', 'Keep-Alive'])('may say Connection: %s', (value) => {
    expect(problemsOf([{ request: 'GET /', headers: { Connection: value } }])).toEqual([]);
  });

  it('takes a request with steps for a sequence, which has no request of its own', () => {
    const [problem] = problemsOf([{ request: 'GET /', sequence: [{ request: 'GET /' }] }]);
    expect(problem).toMatch(/^\/0\/request: unknown key `request`/);
  });

  it.each([
    ['nothing', undefined, /^: expected a list of 1 to 32 requests and sequences, got nothing$/],
    ['an empty list', [], /^: expected a list of 1 to 32 .* got 0 entries$/],
    ['one request that is no list', { request: 'GET /' }, /^: expected a list/],
    ['a list that is too long', Array.from({ length: MAX_ITEMS + 1 }, () => 0), /got 33 entries$/],
    [
      'a path that has to be encoded',
      [{ request: 'GET /上?q=a b' }],
      /`METHOD \/path` with .* percent-encoded: `\/%E4%B8%8A\?q=a%20b` for `\/上\?q=a b`, got "GET \/上\?q=a b"$/,
    ],
    ['a weight of 0', [{ request: 'GET /', weight: 0 }], /^\/0\/weight: expected a number > 0, got 0$/],
    ['a status that is none', [{ request: 'GET /', status: 'ok' }], /^\/0\/status: .*got "ok"$/],
    ['a path of JSON that is none', [{ sequence: [{ request: 'GET /', save: { id: 'id' } }] }], /a path like \$\.id/],
  ])('is not %s', (_, value, says) => {
    expect(problemsOf(value)).toEqual([expect.stringMatching(says)]);
  });

  it('is named by where it stands in a larger document', () => {
    expect(problemsOf([{}], ['workload'])).toEqual([expect.stringMatching(/^\/workload\/0\/request: /)]);
  });

  it('is not read further than problems are told', () => {
    const headers = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`X-${i}`, '{{nobody}}']));
    const list = Array.from({ length: MAX_ITEMS }, () => ({ request: 'GET /', headers }));
    expect(problemsOf(list)).toHaveLength(MAX_PROBLEMS);
  });
});

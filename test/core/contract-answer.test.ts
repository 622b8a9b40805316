import { describe, expect, it } from 'vitest';
import { type ContractRequest, parseContract, workloadBody } from '../../src/core/contract.ts';
import { type Answer, checkAnswer, filledRequest } from '../../src/core/contract-answer.ts';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const step = (expectation: ContractRequest['expect'], more: Partial<ContractRequest> = {}): ContractRequest => ({
  request: 'GET /x',
  expect: expectation,
  ...more,
});
const mismatch = (expectation: ContractRequest['expect'], given: Answer, saved = {}): string | null =>
  checkAnswer(step(expectation), given, saved).mismatch;

describe('an answer', () => {
  it('fits whatever the order of its keys, its white space and the parameters of its type', () => {
    expect(
      mismatch({ status: 200, json: { a: 1, b: [true, null] } }, answer(200, '{ "b" : [true, null],\n"a":1.0}')),
    ).toBeNull();
  });

  it.each([
    [{ status: 200 }, answer(404, 'gone'), 'expected status 200, got 404 with the body gone'],
    [{ status: 204, empty: true as const }, answer(204, ' '), 'expected an empty body, got  '],
    [
      { status: 200, json: {} },
      answer(200, {}, { 'content-type': 'text/html' }),
      'expected content-type application/json, got text/html',
    ],
    [{ status: 200, json: {} }, answer(200, '{'), 'expected JSON, got {'],
    [{ status: 200, json: { a: 1 } }, answer(200, { a: '1' }), 'expected $.a to be 1, got "1"'],
    [{ status: 200, json: { a: 1 } }, answer(200, { a: 1, b: 2 }), 'expected $.b to be nothing, got 2'],
    [{ status: 200, json: [{ id: 1 }] }, answer(200, [{}]), 'expected $[0].id to be 1, got nothing'],
    [{ status: 200, json: [1, 2] }, answer(200, [1]), 'expected $ to be [1,2], got [1]'],
    [{ status: 200, at: { '$.length': 20 } }, answer(200, [1, 2]), 'expected $.length to be 20, got 2'],
    [{ status: 200, at: { '$[1].id': 7 } }, answer(200, [{ id: 7 }]), 'expected $[1].id to be 7, got nothing'],
    [
      { status: 201, headers: { Location: '/x/1' } },
      answer(201, '', { location: '/x/2' }),
      'expected header Location to be "/x/1", got "/x/2"',
    ],
    [{ status: 405, headers: { allow: '<any>' } }, answer(405, ''), 'expected header allow to be "<any>", got nothing'],
    [{ status: 200, json: { id: '<integer>' } }, answer(200, { id: 1.5 }), 'expected $.id to be "<integer>", got 1.5'],
    [
      { status: 200, json: { at: '<timestamp>' } },
      answer(200, { at: '2026-01-01T00:00:00.5Z' }),
      'expected $.at to be "<timestamp>", got "2026-01-01T00:00:00.5Z"',
    ],
  ])('that differs is explained: %j', (expectation, given, says) => {
    expect(mismatch(expectation, given)).toBe(`GET /x: ${says}`);
  });

  it('fits the patterns for what cannot be known', () => {
    const expectation = { status: 200, json: { id: '<integer>', at: '<timestamp>', x: '<any>' } };
    expect(mismatch(expectation, answer(200, { id: 101, at: '2026-01-01T00:00:00Z', x: null }))).toBeNull();
  });

  it('is not looked at beyond what is expected: error bodies are the framework’s own', () => {
    expect(mismatch({ status: 422 }, answer(422, '<h1>no</h1>', { 'content-type': 'text/html' }))).toBeNull();
  });

  it('can be saved before it is compared, and stands for itself with its type from then on', () => {
    const created = step({ status: 201, headers: { location: '/x/{{id}}' } }, { save: { id: '$.id' } });
    const { mismatch: none, saved } = checkAnswer(created, answer(201, { id: 7 }, { location: '/x/7' }), {});
    expect(none).toBeNull();
    expect(saved).toEqual({ id: 7 });
    expect(mismatch({ status: 200, json: { id: '{{id}}' } }, answer(200, { id: 7 }), saved)).toBeNull();
    expect(mismatch({ status: 200, json: { id: '{{id}}' } }, answer(200, { id: '7' }), saved)).toContain('got "7"');
    const put = step({ status: 200 }, { request: 'PUT /x/{{id}}', json: { ref: '{{id}}', text: 'n. {{id}}' } });
    expect(filledRequest(put, saved)).toEqual({ method: 'PUT', path: '/x/7', body: '{"ref":7,"text":"n. 7"}' });
  });
});

describe('a contract', () => {
  const contract = (json: unknown) =>
    parseContract({
      version: 1,
      requests: [{ request: 'GET /x', expect: { status: 200, json } }],
      workloads: { x: { about: 'x', request: 'GET /x', status: 200 } },
    });

  it('gives the whole body of a workload where it is known, as canonical JSON', () => {
    const parsed = contract({ b: 1, a: [] });
    if (!parsed.ok) throw new Error('unexpected');
    const workload = parsed.contract.workloads['x'];
    expect(workload && workloadBody(parsed.contract, workload)).toBe('{"a":[],"b":1}');
    const open = contract({ at: '<timestamp>' });
    if (!open.ok) throw new Error('unexpected');
    expect(workload && workloadBody(open.contract, workload)).toBeNull();
  });

  it('that is wrong is told with all its problems', () => {
    const parsed = parseContract({
      version: 2,
      requests: [{ request: 'get x', expect: { status: 20, at: { 'a.b': 1 } } }],
      workload: {},
    });
    expect(parsed.ok ? [] : parsed.problems.map((each) => each.pointer)).toEqual(
      expect.arrayContaining([
        '/version',
        '/requests/0/request',
        '/requests/0/expect/status',
        '/workloads',
        '/workload',
      ]),
    );
  });
});

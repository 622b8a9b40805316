import { describe, expect, test } from 'vitest';
import { parseContract } from '../../src/core/contract.ts';
import { expectationOf } from '../../src/core/contract-expectation.ts';
import { ANY_SUCCESS, requestListSchema, stepsOf } from '../../src/core/request-list.ts';

const parsed = parseContract({
  version: 1,
  requests: [
    { request: 'GET /test', expect: { status: 200, json: { message: 'Hello' } } },
    { request: 'GET /tasks?limit=2', expect: { status: 200, json: [] } },
    { request: 'GET /tasks?limit=0', expect: { status: 422 } },
    {
      request: 'POST /tasks',
      json: { title: 'a' },
      save: { id: '$.id' },
      expect: { status: 201, json: { id: '<integer>' } },
    },
    { request: 'POST /tasks', json: {}, expect: { status: 422 } },
    { request: 'GET /tasks/{{id}}', expect: { status: 200 } },
    { request: 'GET /tasks/999999', expect: { status: 404 } },
    { request: 'DELETE /tasks/{{id}}', expect: { status: 204, empty: true } },
    { request: 'GET /nowhere', expect: { status: 404 } },
  ],
  workloads: { test: { about: 'small', request: 'GET /test', status: 200 } },
});
const contract = parsed.ok ? parsed.contract : (undefined as never);

function expected(request: string, body?: unknown) {
  const list = requestListSchema.parse([{ request, ...(body === undefined ? {} : { body }) }]);
  return expectationOf(contract, stepsOf(list[0]!)[0]!);
}

describe('what success is of a step that does not say it', () => {
  test('a status that the contract has for the method and path, errors left out', () => {
    expect(expected('GET /tasks').statuses).toEqual([200]);
    expect(expected('POST /tasks', { title: '{{seq}}' }).statuses).toEqual([201]);
  });

  test('a placeholder of either stands for any segment', () => {
    expect(expected('GET /tasks/{{random:1-100}}').statuses).toEqual([200]);
    expect(expected('GET /tasks/7').statuses).toEqual([200]);
    expect(expected('DELETE /tasks/{{id}}').statuses).toEqual([204]);
    expect(expected('GET /tasks/7/parts').statuses).toEqual([...ANY_SUCCESS]);
  });

  test('any from 200 to 399 where the contract has none, or errors only', () => {
    expect(expected('PUT /tasks/1', {}).statuses).toEqual([...ANY_SUCCESS]);
    expect(expected('GET /nowhere').statuses).toEqual([...ANY_SUCCESS]);
  });

  test('the whole body of the very same request, where the contract gives it', () => {
    expect(expected('GET /test').json).toBe('{"message":"Hello"}');
    expect(expected('GET /tasks?limit=2').json).toBe('[]');
    expect(expected('GET /tasks?limit=3').json).toBeNull();
    // Its answer has an id that nobody knows before.
    expect(expected('POST /tasks', { title: 'a' }).json).toBeNull();
    expect(expected('GET /tasks/1').json).toBeNull();
  });
});

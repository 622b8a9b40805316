import { describe, expect, test } from 'vitest';
import { loadPlanSchema, type PlannedRequest } from '../../src/core/load-plan.ts';
import { Iterations } from '../../src/load/iterations.ts';
import { MAX_SAVED_CHARS } from '../../src/load/saved-value.ts';
import { Script } from '../../src/load/script.ts';
import { GET_TEST, shortPlan } from './plans.ts';

/** A sequence of these requests, at its first step in slot 0. */
function begun(...steps: readonly Partial<PlannedRequest>[]): Iterations {
  const workload = [{ weight: 1, steps: steps.map((step) => ({ ...GET_TEST, ...step })) }];
  const script = new Script(loadPlanSchema.parse(shortPlan(80, { workload })));
  const iterations = new Iterations({ script, slots: 1, seed: 1, firstIteration: 1, thread: 0, threads: 1 });
  iterations.begin(0, 0);
  return iterations;
}

/** The second request as it is sent when the first was answered with this. */
function after(answer: string, save: Readonly<Record<string, string>>, next: Partial<PlannedRequest>): string | null {
  const iterations = begun({ save }, next);
  if (!iterations.save(0, Buffer.from(answer))) return null;
  iterations.advance(0);
  return iterations.bytes(0).toString('latin1');
}

describe('a saved value', () => {
  test('that is a number is carried on as it was written, in path, header and body', () => {
    const next = {
      method: 'PUT',
      path: '/{{id}}',
      headers: { 'X-Id': '{{id}}' },
      body: '{"id":"{{id}}","text":"no {{id}}"}',
      body_is_json: true,
    };
    for (const id of ['1234567890123456789', '9007199254740993', '1e400', '7.10', '-0', '7']) {
      const sent = after(`{"id": ${id}}`, { id: '$.id' }, next);
      expect(sent).toContain(`PUT /${id} HTTP/1.1`);
      expect(sent).toContain(`X-Id: ${id}\r\n`);
      expect(sent).toContain(`{"id":${id},"text":"no ${id}"}`);
    }
  });

  test('is a text, a truth or a length, and nothing that has members', () => {
    const answer = '{"a": "7", "b": true, "list": [1, 2], "none": null, "n": 7}';
    const carried = (path: string): string | null => after(answer, { id: path }, { path: '/{{id}}' });
    expect(carried('$.a')).toContain('GET /7 ');
    expect(carried('$.b')).toContain('GET /true ');
    expect(carried('$.list.length')).toContain('GET /2 ');
    for (const path of ['$.list', '$', '$.none', '$.missing', '$.n.text']) expect(carried(path)).toBeNull();
  });

  test('is not there in what is no JSON, is nested without end, or is longer than any that is kept', () => {
    const save = (body: Uint8Array | null): boolean => begun({ save: { id: '$.id' } }).save(0, body);
    const text = (length: number): Buffer => Buffer.from(JSON.stringify({ id: 'x'.repeat(length) }));
    expect(save(text(MAX_SAVED_CHARS))).toBe(true);
    expect(save(text(MAX_SAVED_CHARS + 1))).toBe(false);
    expect(save(Buffer.from('{"id": 7'))).toBe(false);
    expect(save(Buffer.from(`{"id": 7, "deep": ${'['.repeat(400_000)}${']'.repeat(400_000)}}`))).toBe(false);
    expect(save(null)).toBe(false);
  });
});

describe('a request with placeholders', () => {
  const drawn = { path: '/{{uuid}}' };

  test.each(['bytes', 'filled'] as const)('that may be sent again has the same %s until it has ended', (as) => {
    const iterations = begun({ ...drawn, method: 'PUT' });
    const first = iterations[as](0);
    expect(iterations[as](0)).toBe(first);
    iterations.forget(0);
    iterations.begin(0, 0);
    expect(iterations[as](0)).not.toEqual(first);
  });

  test('that is never sent again is not kept', () => {
    const iterations = begun({ ...drawn, method: 'POST' });
    expect(iterations.bytes(0)).not.toEqual(iterations.bytes(0));
  });

  test('that is the same each time is written once', () => {
    const iterations = begun({});
    expect([iterations.bytes(0), iterations.filled(0)]).toEqual([iterations.step(0).bytes, iterations.step(0).fixed]);
    expect(iterations.bytes(0)).toBe(iterations.bytes(0));
  });
});

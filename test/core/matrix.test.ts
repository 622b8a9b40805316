import { describe, expect, test } from 'vitest';
import { expandMatrix, levelOf, rampS } from '../../src/core/matrix.ts';
import type { SpecInput } from '../../src/core/spec-schema.ts';

const SPEC: Pick<SpecInput, 'deployments' | 'workers' | 'load' | 'workload'> = {
  deployments: [
    { id: 'fastapi', target: 'fastapi', server: 'uvicorn' },
    { id: 'django-wsgi', target: 'django', server: 'uvicorn', interface: 'wsgi' },
  ],
  workers: [1, 4],
  workload: 'test',
  load: [
    { model: 'closed', users: [10, 50], think_time_s: { uniform: [1, 2] }, ramp_users_per_s: 5 },
    { model: 'closed', id: 'cap', connections: [64] },
  ],
};

describe('expandMatrix', () => {
  test('makes deployment × workers × level cells in the order of the spec, named by slugs', () => {
    expect(expandMatrix(SPEC).map((cell) => cell.cell)).toEqual([
      'fastapi.w1.u10',
      'fastapi.w1.u50',
      'fastapi.w1.c64.cap',
      'fastapi.w4.u10',
      'fastapi.w4.u50',
      'fastapi.w4.c64.cap',
      'django-wsgi.w1.u10',
      'django-wsgi.w1.u50',
      'django-wsgi.w1.c64.cap',
      'django-wsgi.w4.u10',
      'django-wsgi.w4.u50',
      'django-wsgi.w4.c64.cap',
    ]);
  });

  test('slugs need no escaping in a URL and are unique', () => {
    const slugs = expandMatrix(SPEC).map((cell) => cell.cell);
    expect(slugs.map(encodeURIComponent)).toEqual(slugs);
    expect(new Set(slugs).size).toBe(slugs.length);
  });

  test('gives each cell its load with the family it is from, and no interface where none was asked for', () => {
    const [first, , third] = expandMatrix(SPEC);
    expect(first).toMatchObject({
      interface: null,
      load: { family: 0, kind: 'users', users: 10, think_time: { kind: 'uniform', lo_s: 1, hi_s: 2 } },
    });
    expect(third?.load).toEqual({ family: 1, model: 'closed', kind: 'connections', connections: 64 });
  });

  test('a users level ramps for users / rate seconds, connections do not', () => {
    const [u10, u50, c64] = expandMatrix(SPEC).map((cell) => cell.load);
    expect([u10, u50, c64].map((load) => rampS(load!))).toEqual([2, 10, 0]);
    expect([u10, u50, c64].map((load) => levelOf(load!))).toEqual([10, 50, 64]);
  });

  test('users ramp at 10 a second when the spec is silent', () => {
    const load: SpecInput['load'] = [{ model: 'closed', users: [30], think_time_s: { constant: 1 } }];
    expect(rampS(expandMatrix({ ...SPEC, load })[0]!.load)).toBe(3);
  });
});

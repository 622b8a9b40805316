import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { boundedRecord, parseBounded, unionBy } from '../../src/core/bounded-parse.ts';
import type { Cell } from '../../src/core/matrix.ts';
import { sessionRequestSchema } from '../../src/core/runner-protocol.ts';
import { MAX_PROBLEMS, problemsOf } from '../../src/core/spec-problems.ts';
import { trialResultSchema } from '../../src/core/trial-result.ts';
import { OFFERS } from '../fixtures/offers.ts';
import { HOST_FINGERPRINT, makeTrialResult } from '../fixtures/trial-result.ts';

const CELL: Cell = {
  cell: 'fastapi.w1.c16',
  deployment: 'fastapi',
  target: 'fastapi',
  server: 'uvicorn',
  interface: null,
  workers: 1,
  workload: 'test',
  load: { family: 0, model: 'closed', kind: 'connections', connections: 16 },
};
const TRIAL = makeTrialResult({ cell: CELL, block: 1, seed: 1, median_ms: 4, window_s: 3, warmup_s: 1 });
const SESSION = {
  host_id: 'host-0001',
  fingerprint: HOST_FINGERPRINT,
  version: '0.1.0',
  labels: { arch: 'x86_64' },
  targets: OFFERS,
};

type Path = readonly (string | number)[];

/** The ways to all that a value holds, the value itself included. */
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const within = Object.entries(value).flatMap(([key, child]) =>
    pathsOf(child, [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return [at, ...within];
}

/** The value with something else at one place; `undefined`: with nothing there. */
function changed(value: unknown, [step, ...rest]: Path, other: unknown): unknown {
  if (step === undefined) return other;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  const child = changed(copy[step], rest, other);
  if (child === undefined && !Array.isArray(copy)) delete copy[step];
  else copy[step] = child;
  return copy;
}

const told = (problems: readonly { pointer: string; detail: string }[]) =>
  problems.map(({ pointer, detail }) => `${pointer} ${detail}`).sort();

describe('A value that is read piece by piece', () => {
  it.each([
    ['a trial', trialResultSchema, TRIAL],
    ['a session', sessionRequestSchema, SESSION],
  ] as const)('has the problems that Zod finds in it: %s', (_, schema, good) => {
    const known = Object.keys(schema.shape);
    expect(parseBounded(schema, good, [], known)).toEqual({ ok: true, data: schema.parse(good) });
    const place = fc.constantFrom(...pathsOf(good));
    const other = fc.constantFrom<unknown>(undefined, null, 1, -1, 'x', '', [], {}, [{}], { a: 1 }, ['x'], true);
    fc.assert(
      fc.property(fc.array(fc.tuple(place, other), { minLength: 1, maxLength: 4 }), (changes) => {
        const changedTo = changes.reduce<unknown>((before, [path, to]) => {
          try {
            return changed(before, path, to);
          } catch {
            return before;
          }
        }, good);
        // As a body has it: JSON knows no holes in an array.
        const value: unknown = JSON.parse(JSON.stringify(changedTo) ?? 'null');
        const whole = schema.safeParse(value);
        const parsed = parseBounded<z.ZodType>(schema, value, [], known);
        if (whole.success) expect(parsed).toEqual({ ok: true, data: whole.data });
        else expect(parsed.ok ? [] : told(parsed.problems)).toEqual(told(problemsOf(whole.error, value, [], known)));
      }),
      { numRuns: 300 },
    );
  });

  it('is read no further than the problems that are told', () => {
    let read = 0;
    const row = z.object({ a: z.string().refine(() => (read += 1) < 0, 'something else') });
    const parsed = parseBounded(
      z.array(row),
      Array.from({ length: 10_000 }, () => ({ a: 'x' })),
    );
    expect(parsed.ok ? [] : parsed.problems).toHaveLength(MAX_PROBLEMS);
    expect(read).toBe(MAX_PROBLEMS);
  });

  it('is not read at all where it has more keys than it may', () => {
    let read = 0;
    const record = boundedRecord(
      z.string(),
      z.string().refine(() => (read += 1) > 0),
      2,
    );
    expect(parseBounded(record, { a: 'x', b: 'x' })).toMatchObject({ ok: true });
    read = 0;
    const problems = [{ pointer: '/labels', detail: expect.stringMatching(/^expected at most 2 keys, got /) }];
    expect(parseBounded(record, { a: 'x', b: 'x', c: 'x' }, ['labels'])).toEqual({ ok: false, problems });
    expect(read).toBe(0);
    expect(record.safeParse({ a: 'x', b: 'x', c: 'x' }).success).toBe(false);
  });
});

describe('A union whose values tell which option they are meant as', () => {
  const square = z.strictObject({ kind: z.literal('square'), side: z.number() });
  const path = z.strictObject({ kind: z.literal('path'), points: z.array(z.strictObject({ x: z.number() })) });
  const unknown = z.looseObject({ kind: z.enum(['square', 'path']) });
  const shape = unionBy([square, path], (value) => {
    const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
    return kind === 'square' ? square : kind === 'path' ? path : unknown;
  });
  const keys = (_: readonly PropertyKey[], value: unknown) =>
    typeof value === 'object' && value !== null && 'points' in value
      ? Object.keys(path.shape)
      : Object.keys(square.shape);
  const problemsIn = (value: unknown) => {
    const parsed = parseBounded(z.array(shape).max(3), value, ['shapes'], keys);
    return parsed.ok ? parsed.data : Object.fromEntries(parsed.problems.map((p) => [p.pointer, p.detail]));
  };

  it('has the problems of that option, with their pointers and the keys that it knows', () => {
    const value = [
      { kind: 'square', side: 'long' },
      { kind: 'path', points: [{ x: 1 }, { y: 2 }], ponts: [] },
    ];
    expect(problemsIn(value)).toEqual({
      '/shapes/0/side': 'expected a number, got "long"',
      '/shapes/1/ponts': 'unknown key `ponts`; did you mean `points`?',
      '/shapes/1/points/1/x': 'expected a number, got nothing',
      '/shapes/1/points/1/y': expect.stringContaining('unknown key `y`'),
    });
  });

  it('has those of what the chooser answers where it is none', () => {
    expect(problemsIn([{ kind: 'circle', r: 1 }])).toEqual({
      '/shapes/0/kind': 'expected "square" or "path", got "circle"',
    });
  });

  it('is what was parsed where there are none, also in a list that has a default or may be missing', () => {
    const good = [
      { kind: 'path', points: [{ x: 1 }] },
      { kind: 'square', side: 2 },
    ];
    expect(problemsIn(good)).toEqual(good);
    const optional = z.strictObject({ shape: shape.optional(), other: shape.default({ kind: 'square', side: 1 }) });
    expect(parseBounded(optional, {})).toEqual({ ok: true, data: { other: { kind: 'square', side: 1 } } });
    expect(parseBounded(optional, { shape: { kind: 'square' } })).toMatchObject({
      ok: false,
      problems: [{ pointer: '/shape/side' }],
    });
  });

  it('is not looked into where the list of it is too long', () => {
    expect(problemsIn(Array.from({ length: 4 }, () => ({})))).toEqual({
      '/shapes': expect.stringContaining('at most 3'),
    });
  });
});

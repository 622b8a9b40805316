import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { boundedRecord, parseBounded } from '../../src/core/bounded-parse.ts';
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

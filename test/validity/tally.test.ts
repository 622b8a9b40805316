import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PLAN, runOf } from './fixture.ts';
import { Tally } from './tally.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-tally-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the tally', () => {
  it('holds plan and runs for the next program, in their order', () => {
    const file = join(folder, 'deeper', 'tally.jsonl');
    const tally = new Tally(file);
    expect(tally.read()).toEqual({ plan: null, runs: [], broken_off: 0 });
    tally.add({ type: 'plan', ...PLAN });
    for (const index of [0, 1]) {
      tally.add({ type: 'began', index, at: '2026-01-01T00:00:00Z' });
      tally.add({ type: 'run', ...runOf({ index }) });
    }
    const { plan, runs, broken_off } = new Tally(file).read();
    expect(plan).toMatchObject(PLAN);
    expect(runs.map(({ index }) => index)).toEqual([0, 1]);
    expect(broken_off).toBe(0);
  });

  it('forgets half a line, which a killed program leaves, and counts the run that it broke off', () => {
    const file = join(folder, 'tally.jsonl');
    const tally = new Tally(file);
    tally.add({ type: 'began', index: 0, at: '2026-01-01T00:00:00Z' });
    const whole = readFileSync(file, 'utf8');
    appendFileSync(file, '{"type":"run","ind');
    const next = new Tally(file);
    expect(readFileSync(file, 'utf8')).toBe(whole);
    next.add({ type: 'began', index: 0, at: '2026-01-01T00:01:00Z' });
    next.add({ type: 'run', ...runOf({ index: 0 }) });
    expect(next.read()).toMatchObject({ runs: [{ index: 0 }], broken_off: 1 });
  });
});

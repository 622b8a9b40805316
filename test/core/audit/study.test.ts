import { describe, expect, it } from 'vitest';
import { parseStudy } from '../../../src/core/audit/study.ts';
import { cleanStudy } from './clean-study.ts';

function problemsOf(input: unknown): readonly { pointer: string; detail: string }[] {
  const parsed = parseStudy(input);
  return parsed.ok ? [] : parsed.problems;
}

describe('a study read from a file', () => {
  it('is accepted with its defaults filled in', () => {
    const parsed = parseStudy({ title: 'T', tables: cleanStudy().tables });
    expect(parsed).toMatchObject({ ok: true, study: { design: { think_time_s: null }, spreads: [], claims: [] } });
  });

  it('names every problem at once, each with its pointer', () => {
    const input = {
      title: '',
      design: { workers: [0], think_time_s: 'long', think: 1 },
      tables: [{ table: 'T', holds: 'cells', rows: [{ deployment: 'a', users: 'ten', throughput_rps: 'fast' }] }],
    };
    const pointers = problemsOf(input).map((p) => p.pointer);
    expect(pointers).toEqual(
      expect.arrayContaining([
        '/title',
        '/design/workers/0',
        '/design/think_time_s',
        '/design/think',
        '/tables/0/rows/0/users',
        '/tables/0/rows/0/throughput_rps',
      ]),
    );
    expect(pointers).toHaveLength(6);
  });

  it('takes rows alone, also as the text of a CSV file with empty fields', () => {
    const rows = [{ deployment: 'a', workers: '1', users: '10', throughput_rps: '4.10', latency_p99_ms: '' }];
    const parsed = parseStudy(rows);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(parsed.study.tables[0]?.rows[0]).toMatchObject({
      workers: 1,
      users: 10,
      throughput_rps: { value: 4.1, decimals: 2 },
      latency_p99_ms: null,
    });
  });

  it('points into the rows when rows alone are wrong', () => {
    expect(problemsOf([{ deployment: 'a', users: '10', throughput_rps: '-4' }])[0]).toMatchObject({
      pointer: '/0/throughput_rps',
    });
  });

  it('wants one row per cell, and users in each', () => {
    const twice = { deployment: 'a', workers: 1, users: 10 };
    expect(problemsOf([twice, twice])[0]).toMatchObject({ pointer: '/1' });
    expect(problemsOf([{ deployment: 'a', workers: 1 }])[0]?.detail).toContain('expected `users`');
  });

  it.each([[null], ['text'], [7]])('refuses %j with one clear problem', (input) => {
    expect(problemsOf(input)).toHaveLength(1);
  });
});

import { describe, expect, test } from 'vitest';
import type { Row } from './ratios.ts';
import { exitCodeOf, type Goal, sectionText } from './section.ts';
import { speedGoals } from './speed-goals.ts';

function rows(ratios: Readonly<Record<string, number>>, pairs = 5): Row[] {
  return Object.entries(ratios).map(([tool, ratio]) => ({
    tool,
    rps: 1,
    cpu_us_per_request: 1,
    memory_peak_mb: 1,
    server_busy: 1,
    rounds: 5,
    void_rounds: 0,
    base_by_this: { pairs, median: ratio, lowest: ratio, highest: ratio },
  }));
}

const verdicts = (goals: readonly Goal[]): string[] => goals.map(({ verdict }) => verdict);

describe('the goals of speed', () => {
  test('are met at what is wanted, and missed just below it', () => {
    const wanted = { wrk: 1, oha: 1.1, autocannon: 2, k6: 8, locust: 15 };
    expect(verdicts(speedGoals(rows(wanted)))).toEqual(Array.from({ length: 5 }, () => 'met'));
    const below = Object.fromEntries(Object.entries(wanted).map(([tool, ratio]) => [tool, ratio - 0.01]));
    expect(verdicts(speedGoals(rows(below)))).toEqual(['above the floor', 'missed', 'missed', 'missed', 'missed']);
    expect(verdicts(speedGoals(rows({ wrk: 0.949 })))[0]).toBe('missed');
  });

  test('are not judged by fewer than five pairs, nor without the tool', () => {
    expect(verdicts(speedGoals(rows({ wrk: 0.5 }, 4)))[0]).toBe('not judged');
    expect(speedGoals(rows({ wrk: Number.NaN }, 0))[0]).toMatchObject({ seen: 'no pair that is not void' });
    expect(speedGoals(rows({}))[0]).toEqual({
      what: "requests/s ÷ wrk's",
      goal: '≥ 1.00 (floor 0.95)',
      seen: 'not installed',
      verdict: 'not judged',
    });
  });

  test('make the program end with 3 when one is missed, and only then', () => {
    const goal = { what: '', goal: '', seen: '' };
    expect(
      exitCodeOf([
        { ...goal, verdict: 'met' },
        { ...goal, verdict: 'above the floor' },
      ]),
    ).toBe(0);
    expect(exitCodeOf([{ ...goal, verdict: 'not judged' }])).toBe(0);
    expect(
      exitCodeOf([
        { ...goal, verdict: 'met' },
        { ...goal, verdict: 'missed' },
      ]),
    ).toBe(3);
  });
});

test('A section of the document has its table, its goals, and where and when it was measured', () => {
  const text = sectionText({
    title: 'Memory',
    table: [
      ['connections', 'MB'],
      ['1,000', '120'],
    ],
    goals: [{ what: 'memory', goal: '≤ 150 MB', seen: '120 MB', verdict: 'met' }],
    how: 'one window of 3 s',
    figures: null,
    measured_at: '2026-11-28T12:34:56.789Z',
    host: 'a CPU, 2 cores',
    load_1m_before: 0.5,
  });
  expect(text.split('\n')).toEqual([
    'Memory:',
    '',
    '| connections | MB |',
    '|---|---|',
    '| 1,000 | 120 |',
    '',
    '| goal | wanted | seen |  |',
    '|---|---|---|---|',
    '| memory | ≤ 150 MB | 120 MB | met |',
    '',
    '2026-11-28T12:34 UTC; one window of 3 s; a CPU, 2 cores; load before: 0.50.',
  ]);
});

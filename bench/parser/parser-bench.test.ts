import { describe, expect, test } from 'vitest';
import { emptyTally } from '../../test/load/oracle/tally.ts';
import { parseOptions } from './options.ts';
import { Progress } from './progress.ts';
import { reportText, shortfalls } from './report.ts';
import { tasks } from './task.ts';

const none = { seed: 1, from: 0, clientEvery: 100 };

describe('the bench of the parser', () => {
  test('reads ten million cases by default, and says of bad options all that is wrong', () => {
    expect(parseOptions([])).toMatchObject({ cases: 10_000_000, from: 0, clientEvery: 100 });
    expect(() => parseOptions(['--cases=-1', '--workers', 'many'])).toThrow(/--cases.*got -1\n--workers.*got many/s);
  });

  test('writes of whole runs alone, which have read ten million inputs and a gigabyte', () => {
    expect(parseOptions(['--write-docs']).writeDocs).toBe(true);
    expect(() => parseOptions(['--write-docs', '--cases', '5000'])).toThrow('--write-docs: only with 10000000 cases');
    expect(() => parseOptions(['--write-docs', '--from', '1'])).toThrow('--write-docs');
    const whole = parseOptions([]);
    expect(shortfalls({ cases: 1e7, bytes: 1e9 }, whole)).toEqual([]);
    expect(shortfalls({ cases: 1e7 - 1, bytes: 0.9e9 }, whole)).toEqual([
      '9,999,999 inputs of 10,000,000',
      '0.90 GB of 1',
    ]);
    expect(shortfalls({ cases: 1, bytes: 1 }, parseOptions(['--cases', '1']))).toEqual([]);
  });

  test('hands out every case once, in ranges', () => {
    const ranges = [...tasks('compare', { ...none, from: 7 }, 12_000)].map(({ from, to }) => [from, to]);
    expect(ranges).toEqual([
      [7, 5_007],
      [5_007, 10_007],
      [10_007, 12_007],
    ]);
    expect([...tasks('compare', none, 0)]).toEqual([]);
  });

  test('knows up to which case there is no gap, in whatever order ranges end', () => {
    const progress = new Progress('compared', 0, 15_000, () => undefined);
    const count = progress.counting(() => true);
    const [a, b, c] = [...tasks('compare', none, 15_000)];
    const done = (task: typeof a): void => void (task && count({ task, tally: emptyTally(), problems: [] }));
    done(b);
    expect(progress.reached).toBe(0);
    done(a);
    expect(progress.reached).toBe(10_000);
    done(c);
    expect(progress.reached).toBe(15_000);
  });

  test('tells the meant differences by class, and shows the others', () => {
    const example = { against: 'llhttp', index: 5, ours: 'then failed', theirs: 'then idle', made: '{}' };
    const tally = {
      ...emptyTally(),
      cases: 200,
      bytes: 4e6,
      our_ms: 10,
      llhttp_ms: 20,
      explained: { 'llhttp: Proxy-Connection': 2 },
      unexplained: 1,
      examples: [example],
    };
    const lines = reportText(tally).split('\n');
    expect(lines[2]).toMatch(/^\| Proxy-Connection \| 2 \(1 %\) \| {2}\| llhttp takes it for Connection/);
    expect(lines).toContain('Parsing and digest: ours 400 MB/s, llhttp 200 MB/s of a thread: 2.00 ×.');
    expect(lines).toContain('1 difference unexplained.');
    expect(lines.slice(-4)).toEqual(['case 5 beside llhttp', '  ours:   then failed', '  theirs: then idle', '  {}']);
  });
});

import { describe, expect, it } from 'vitest';
import { PLAN, runOf } from './fixture.ts';
import { insertBetweenMarks } from './insert-docs.ts';
import { markdown } from './table.ts';

const SLOWER = { verdict: 'failed', head: 'slower' } as const;
const OPEN = { verdict: 'inconclusive', reason: 'interval-spans' } as const;

describe('the table', () => {
  it('counts each kind, and says where a goal was missed', () => {
    const twenty = Array.from({ length: 20 }, (_, index) => index);
    const runs = [
      ...twenty.map((index) =>
        runOf({
          index,
          kind: 'plus-5',
          ...(index < 17 ? SLOWER : OPEN),
        }),
      ),
      ...twenty.map((index) => runOf({ index, kind: 'plus-10', ...SLOWER, ratio: 0.909, lo: 0.9, hi: 0.918 })),
      runOf({ head: 'faster' }),
    ];
    const text = markdown({ plan: PLAN, runs, broken_off: 2 });
    expect(text).toContain('| +5 % | 20 | 17 | 3 | 0 | 0 | ≥ 18 of 20 slower | missed |');
    expect(text).toContain('| +10 % | 20 | 20 | 0 | 0 | 0 | ≥ 20 of 20 slower | met |');
    expect(text).toContain('| A/A | 1 | 0 | 0 | 0 | 1 | ≤ 1 of 20 slower or faster | too few runs |');
    expect(text).toContain('| +10 % | 1.000 (1.000–1.000) | 0 of 20 | 0.909 | 0.018 |');
    expect(text).toContain('broken off and begun again: 2; inconclusive because: 3 interval-spans.');
    expect(text).toContain('A processor, 2 cores; 2026-01-01T00:00 to 2026-01-01T00:00 UTC; seed 7');
  });

  it('says of a design that it does not reach its power', () => {
    const poor = { ...PLAN, designs: { ...PLAN.designs, 'plus-5': { ...PLAN.designs['plus-5'], reaches: false } } };
    const text = (plan: typeof PLAN) => markdown({ plan, runs: [], broken_off: 0 });
    expect(text(poor)).toMatch(
      /\+5 %: 2000 iterations, 12 blocks .* 95\.8 %, which it does not reach within 120 s here/,
    );
    expect(text(PLAN)).not.toContain('does not reach');
  });
});

describe('what is put into the document', () => {
  const document = (between: string) => `a\n<!-- test:validity begins -->\n${between}<!-- test:validity ends -->\nb\n`;

  it('takes the place of what stood between the marks, and of nothing else', () => {
    const once = insertBetweenMarks(document(''), 'one');
    expect(once).toBe(document('one\n'));
    expect(insertBetweenMarks(once, 'two')).toBe(document('two\n'));
  });

  it('has marks of the name that is asked for', () => {
    const other = '<!-- proofs begins -->\n<!-- proofs ends -->';
    expect(insertBetweenMarks(other, 'one', 'proofs')).toBe('<!-- proofs begins -->\none\n<!-- proofs ends -->');
    expect(() => insertBetweenMarks(other, 'one')).toThrow('test:validity');
  });

  it.each([
    ['no marks', 'a'],
    ['a mark twice', document('') + document('')],
    ['marks in the wrong order', document('').split('\n').reverse().join('\n')],
  ])('is refused by a document with %s', (_, text) => {
    expect(() => insertBetweenMarks(text, 'x')).toThrow(/expected one <!-- test:validity begins -->/);
  });
});

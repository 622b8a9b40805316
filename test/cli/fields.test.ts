import { describe, expect, it } from 'vitest';
import { fieldsText } from '../../src/cli/fields.ts';

const ID = `dlv_${'0'.repeat(32)}`;
const FIELDS = [
  ID,
  '2026-11-28T08:55:20.377Z',
  'succeeded',
  ' 1×',
  'experiment.verdict.failed',
  `exp_${'1'.repeat(32)}`,
];

describe('the fields of one thing', () => {
  it('are one line for whoever reads a pipe, and in a terminal that is wide enough', () => {
    expect(fieldsText(FIELDS, null)).toBe(FIELDS.join('  '));
    expect(fieldsText(FIELDS, 160)).toBe(FIELDS.join('  '));
  });

  it('go on in an indented line where they do not fit, none broken and none lost', () => {
    expect(fieldsText(FIELDS, 80).split('\n')).toEqual([
      `${ID}  2026-11-28T08:55:20.377Z  succeeded   1×`,
      `    experiment.verdict.failed  exp_${'1'.repeat(32)}`,
    ]);
    for (const columns of [1, 20, 40, 60, 79, 80, 81]) {
      const text = fieldsText(FIELDS, columns);
      expect(text.split(/\s+/)).toEqual(FIELDS.join(' ').split(/\s+/));
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(Math.max(columns, 40));
    }
  });

  it('leave out what is empty', () => {
    expect(fieldsText(['a', '', 'b'], 80)).toBe('a  b');
  });
});

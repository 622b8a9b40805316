import { describe, expect, it } from 'vitest';
import { changeText, type HistoryDatum, historySvg, isCut } from '../../src/report/figure/history.ts';

const session = (value: number | null, changes: Partial<HistoryDatum> = {}): HistoryDatum => ({
  label: 'abc',
  value,
  lo: value === null ? null : value - 1,
  hi: value === null ? null : value + 1,
  host: 0,
  isInvalid: false,
  isBaseline: false,
  ...changes,
});

const count = (svg: string, pattern: RegExp) => svg.match(pattern)?.length ?? 0;

describe('the history of a cell', () => {
  it('draws each session with its interval, and no line between hosts or over what may not be used', () => {
    const points = [
      session(100),
      session(101),
      session(99, { isInvalid: true }),
      session(102),
      session(50, { host: 1 }),
      session(null),
    ];
    const svg = historySvg({ points, changes: [] });
    expect(count(svg, /<circle/g)).toBe(4);
    // From the first to the second, and from there past the invalid one to the fourth.
    expect(count(svg, /stroke-opacity="0.55"|opacity="0.55"/g)).toBe(2);
  });

  it('marks the baseline and where the level changes, by how much', () => {
    const points = [session(100, { isBaseline: true }), session(100), session(88), session(88)];
    const svg = historySvg({ points, changes: [{ index: 2, before: 100, after: 88 }] });
    expect(svg).toContain('>baseline<');
    expect(svg).toContain('>−12 %<');
    expect(count(svg, /stroke-dasharray="4,3"/g)).toBe(3);
  });

  it('begins its axis at 0 unless the values lie close together', () => {
    expect(isCut([session(100), session(97)])).toBe(true);
    expect(isCut([session(100), session(10)])).toBe(false);
    expect(isCut([session(0)])).toBe(false);
    expect(historySvg({ points: [session(1000), session(970)], changes: [] })).not.toContain('>0<');
    expect(historySvg({ points: [session(1000), session(100)], changes: [] })).toContain('>0<');
  });

  it('is drawn of one session, of none, and of two hundred with labels that leave room', () => {
    expect(count(historySvg({ points: [session(5)], changes: [] }), /<circle/g)).toBe(1);
    expect(historySvg({ points: [], changes: [] })).toContain('<svg');
    const many = Array.from({ length: 200 }, (_, i) => session(100 + (i % 3), { label: `c${i}` }));
    expect(count(historySvg({ points: many, changes: [] }), />c\d+</g)).toBe(6);
  });

  it('says changes as people do', () => {
    expect([changeText(100, 112), changeText(100, 96.6), changeText(0, 3)]).toEqual(['+12 %', '−3.4 %', 'new level']);
  });
});

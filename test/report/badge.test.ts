import { describe, expect, it } from 'vitest';
import { badgeSvg } from '../../src/report/badge.ts';
import { unbalanced } from './balance.ts';

const badge = (over: Partial<Parameters<typeof badgeSvg>[0]> = {}) =>
  badgeSvg({ label: 'benchwright', message: 'succeeded · 6 cells valid', tone: 'good', title: 'A title', ...over });

describe('a badge', () => {
  it('is one small picture that refers to nothing', () => {
    const svg = badge();
    expect(unbalanced(svg)).toEqual([]);
    expect(svg).not.toMatch(/<script|<style|style=|href|url\(|<image|<foreignObject/);
    expect(svg.length).toBeLessThan(1_500);
  });

  it('is as wide as its two texts need', () => {
    const width = (svg: string) => Number(/width="(\d+)"/.exec(svg)?.[1]);
    expect(width(badge({ message: 'succeeded · 600 cells valid' }))).toBeGreaterThan(width(badge()));
    const fields = [...badge().matchAll(/<text x="(\d+)"[^>]*textLength="(\d+)"/g)].map(([, x, length]) => ({
      from: Number(x),
      to: Number(x) + Number(length),
    }));
    expect(fields[0]!.to).toBeLessThan(fields[1]!.from);
    expect(fields[1]!.to).toBeLessThan(width(badge()));
  });

  it('shows text from elsewhere as text, whatever it holds', () => {
    const evil = ']]></title><script>alert(1)</script><!-- "\' &amp; \u0001\u202e\u2066\ud800\uffff';
    const svg = badge({ title: evil, message: evil });
    expect(unbalanced(svg)).toEqual([]);
    expect(svg).not.toContain('<script');
    // Characters that XML has no place for, and such as turn the direction of reading.
    for (const character of ['\u0001', '\u202e', '\u2066', '\uffff']) expect(svg).not.toContain(character);
    expect(svg.isWellFormed()).toBe(true);
    expect(svg.match(/<title>/g)).toHaveLength(1);
  });
});

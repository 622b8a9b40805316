import { describe, expect, it } from 'vitest';
import { familiesOf } from '../../src/report/families.ts';
import { valueAxis } from '../../src/report/figure/axes.ts';
import { barsSvg } from '../../src/report/figure/bars.ts';
import { chartSvg } from '../../src/report/figure/chart.ts';
import { datumOf, thinned } from '../../src/report/figure/datum.ts';
import { latencyText } from '../../src/report/figure/finding-text.ts';
import { linesSvg, scaleOf } from '../../src/report/figure/lines.ts';
import { rankedCells, rankedRows } from '../../src/report/figure/ranked-cells.ts';
import { rankedSvg } from '../../src/report/figure/ranked.ts';
import { makeView } from '../../src/report/view.ts';
import { makeResults } from '../fixtures/results.ts';

const view = makeView(makeResults());
const capacity = familiesOf(view.results)[1]!;
const at = (slug: string) => datumOf(view, view.cell(slug), 'throughput_rps');

describe('charts', () => {
  it('draw an interval and three repetitions on every bar that has them', () => {
    const svg = barsSvg({ groups: ['1 worker'], groupName: '', series: [{ colour: 0, data: [at('fastapi.w1.c16')] }] });
    expect(svg.match(/<circle/g)?.length).toBe(3);
    // The axis line, and one interval of three strokes.
    expect(svg.match(/stroke="var\(--ink\)" stroke-width="1.4"/g)?.length).toBe(3);
  });

  it('draw a bar as high as its value on the axis', () => {
    const datum = { ...at('fastapi.w1.c16'), value: 5, lo: null, hi: null, dots: [], label: null };
    const svg = barsSvg({ groups: ['a'], groupName: '', series: [{ colour: 0, data: [datum] }] });
    const bar = /<path d="([^"]+)"[^>]*fill="var\(--series-0\)"/.exec(svg)?.[1] ?? '';
    const [, top, height] = /^M[\d.]+ ([\d.]+)l[\d.]+ 0l0 ([\d.]+)/.exec(bar) ?? [];
    // The axis runs to 6 over the plot's height of 300 − 14 − 44 px.
    expect(Number(height)).toBeCloseTo((242 * 5) / 6, 0);
    expect(Number(top)).toBeCloseTo(14 + 242 / 6, 0);
  });

  it('say "n = 1" where there is one trial, and "invalid" where none may be used', () => {
    const one = makeView(makeResults({ repetitions: 1, clean: true }));
    expect(datumOf(one, one.cell('fastapi.w1.c16'), 'throughput_rps').label).toBe('n = 1');
    expect(at('fastapi.w4.c64')).toMatchObject({ value: null, label: 'invalid' });
    const cells = capacity.cells.filter((cell) => cell.load.connections === 64);
    expect(rankedSvg(rankedRows(view, capacity, cells, 'throughput_rps'))).toContain('>invalid<');
  });

  it('draw light what was waiting for its users', () => {
    expect(at('fastapi.w1.u100').isOffered).toBe(true);
    expect(at('fastapi.w1.c16').isOffered).toBe(false);
    expect(datumOf(view, view.cell('fastapi.w1.u100'), 'latency_p95_ms').isOffered).toBe(false);
  });

  it('leave the repetitions out where there are more than 500', () => {
    const data = [at('fastapi.w1.c16')];
    expect(thinned(data, 500)[0]?.dots.length).toBe(3);
    expect(thinned(data, 501)[0]?.dots).toEqual([]);
  });

  it('use a logarithmic axis only for values that span much and are above 0', () => {
    const datum = at('fastapi.w1.c16');
    const of = (...values: number[]) => values.map((value) => ({ ...datum, value, lo: null, hi: null, dots: [] }));
    expect(scaleOf(of(1, 14), true)).toMatchObject({ log: false, reach: 14, floor: 1 });
    expect(scaleOf(of(1, 20), true).log).toBe(true);
    expect(scaleOf(of(1, 20), false).log).toBe(false);
    expect(
      linesSvg({
        levels: ['1'],
        levelName: 'users',
        series: [{ colour: 0, data: of(0.2) }],
        scale: { reach: 900, floor: 0.2, log: true },
      }),
    ).toContain('>1,000<');
  });

  it('label the end of a logarithmic axis only where the next power of ten leaves room', () => {
    const wide = valueAxis({ reach: 15_439, floor: 0.2, log: true });
    expect(wide).toMatchObject({ min: 0.2, max: 20_000, axisLabel: { showMinLabel: false, showMaxLabel: false } });
    const round = valueAxis({ reach: 100, floor: 0.1, log: true });
    expect(round).toMatchObject({ min: 0.1, max: 100, axisLabel: { showMinLabel: true, showMaxLabel: true } });
    const narrow = valueAxis({ reach: 15, floor: 2, log: true });
    expect(narrow).toMatchObject({ min: 2, max: 20, axisLabel: { showMinLabel: true, showMaxLabel: true } });
  });

  it('say of the latency at the highest load what a name is, as it is written', () => {
    const [lone] = capacity.cells.filter((cell) => cell.load.connections === 64 && cell.validity !== 'invalid');
    const alone = { ...capacity, cells: [lone!] };
    expect(latencyText(view, alone)).toMatch(/^At 64 connections, p95: (FastAPI|Django) \([AW]SGI\), \d workers?: /);
    expect(latencyText(view, capacity)).toMatch(/^At 64 connections, p95: highest: Django /);
    expect(latencyText(view, { ...capacity, cells: [] })).toBe(
      'At 64 connections, p95: there is no value that may be believed.',
    );
  });

  it('break a line where a level has no value', () => {
    const datum = at('fastapi.w1.c16');
    const of = (value: number | null) => ({ ...datum, value, lo: null, hi: null, dots: [] });
    const strokes = (values: (number | null)[]): number => {
      const series = [{ colour: 0, data: values.map(of) }];
      const svg = linesSvg({
        levels: ['1', '2', '3', '4'],
        levelName: '',
        series,
        scale: { reach: 4, floor: 1, log: false },
      });
      return svg.match(/<(?:path|polyline) [^>]*fill="none"[^>]*stroke="var\(--series-0\)"/g)?.length ?? 0;
    };
    expect(strokes([1, 2, 3, 4])).toBe(3);
    expect(strokes([1, null, 3, 4])).toBe(1);
    expect(strokes([1, null, 3, null])).toBe(0);
  });

  it('rank the highest throughput and the lowest latency first, cells without a value last', () => {
    const cells = capacity.cells.filter((cell) => cell.load.connections === 64);
    const rates = rankedCells(cells, 'throughput_rps').map((cell) => cell.throughput_rps.value);
    expect(rates.at(-1)).toBeNull();
    expect(rates.slice(0, -1)).toEqual(rates.slice(0, -1).sort((a, b) => b! - a!));
    const latencies = rankedCells(cells, 'latency_p95_ms').map((cell) => cell.latency_p95_ms.value);
    expect(latencies.slice(0, -1)).toEqual(latencies.slice(0, -1).sort((a, b) => a! - b!));
  });

  it('write values as they are: only coordinates are shortened', () => {
    const cell = view.cell('fastapi.w4.u50')!;
    const svg = rankedSvg(rankedRows(view, familiesOf(view.results)[0]!, [cell], 'latency_p95_ms'));
    expect(cell.latency_p95_ms.value).toBeCloseTo(0.971, 3);
    expect(svg).toContain('>0.971<');
    expect(svg.replaceAll(/>[^<]*</g, '><')).not.toMatch(/\d\.\d{3}/);
  });

  it('carry no ids, style elements or classes, which would clash when several stand on a page', () => {
    const svg = chartSvg(
      { xAxis: { type: 'category', data: ['<a>'] }, yAxis: {}, series: [] },
      { width: 100, height: 80 },
    );
    expect(svg).not.toMatch(/\sid=|<style|class=|url\(/);
    expect(svg).toContain('&lt;a&gt;');
  });
});

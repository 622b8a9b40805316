import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/core/metric.ts';
import { resultsSchema } from '../../src/core/results.ts';
import { renderPage } from '../../src/report/page.ts';
import { makeExperiment, summarise } from '../fixtures/experiment-facts.ts';
import { makeResults } from '../fixtures/results.ts';
import { unbalanced } from './balance.ts';

const still = { live: null, generated_at: '2026-07-14T10:32:00Z' };
const textOf = (html: string): string =>
  html
    .replaceAll(/<(style|script|svg)[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('the report page', () => {
  const results = makeResults();
  const page = renderPage(results, still);

  it('is made from results that satisfy their schema', () => {
    expect(resultsSchema.parse(results)).toEqual(results);
  });

  it('closes every element that it opens', () => {
    expect(unbalanced(page)).toEqual([]);
  });

  it('needs nothing from elsewhere: no address is fetched, no script is needed', () => {
    expect(page).not.toMatch(/<script|<link rel="stylesheet|<img|<iframe|@import|url\(/i);
    const fetched = [...page.matchAll(/\s(?:src|srcset|data|poster|xlink:href)="([^"]*)"/g)];
    expect(fetched).toEqual([]);
    const links = [...page.matchAll(/<link [^>]*href="([^"]*)"/g)].map((match) => match[1]);
    expect(links).toEqual(['data:,']);
  });

  it('stays below 1 MB for the paper’s matrix with capacity', () => {
    expect(new TextEncoder().encode(page).length).toBeLessThan(1_000_000);
  });

  it('contains the tables 1 to 8, A1 and C and the figures 1 to 5 of each family', () => {
    const text = textOf(page);
    for (const table of ['1', '2', '3', '6', 'A1', 'C']) expect(text).toContain(`Table ${table}.`);
    for (const family of ['users', 'capacity']) {
      for (const table of [4, 5, 7, 8]) expect(text).toContain(`Table ${table}, ${family}.`);
      for (const figure of [1, 2, 3, 4, 5]) expect(text).toContain(`Figure ${figure}, ${family}.`);
    }
    expect(text).toContain('Beside the paper.');
    expect(text).toContain('Tables 7 and 8.');
  });

  it('puts the answer before every number', () => {
    expect(page.indexOf(results.answer[0]!.slice(0, 30))).toBeGreaterThan(0);
    expect(page.indexOf(results.answer[0]!.slice(0, 30))).toBeLessThan(page.indexOf('<table'));
  });

  it('prints in Table 5 each value of each cell that the results have, and no other', () => {
    const shown = METRICS.filter(
      (metric) =>
        !['latency_p90_ms', 'latency_max_ms', 'server_cpu_ms_per_request', 'server_rss_peak_mb'].includes(metric),
    );
    const rows = new Map<string, Map<string, number>>();
    for (const [, table] of page.matchAll(/<figure class="table" id="table-5-[^"]*">([\s\S]*?)<\/figure>/g))
      for (const [, cell, row] of (table ?? '').matchAll(/<tr data-cell="([^"]+)"[^>]*>([\s\S]*?)<\/tr>/g))
        rows.set(
          cell!,
          new Map([...row!.matchAll(/<data data-metric="(\w+)" value="([^"]+)"/g)].map((m) => [m[1]!, Number(m[2])])),
        );
    expect(rows.size).toBe(results.cells.length);
    for (const cell of results.cells) {
      const expected = shown.flatMap((metric) =>
        cell[metric].value === null ? [] : [[metric, cell[metric].value] as const],
      );
      expect([...rows.get(cell.cell)!], cell.cell).toEqual(expected);
    }
  });

  it('prints every value with its interval, or says that n = 1', () => {
    const cells = [...page.matchAll(/<td class="num"><data [^>]*>[^<]*<\/data>(.*?)<\/td>/g)].map((match) => match[1]);
    expect(cells.length).toBeGreaterThan(250);
    expect(cells.filter((rest) => !/<small>\([\d.,]+–[\d.,]+\)<\/small>/.test(rest!))).toEqual([]);
    const one = renderPage(makeResults({ repetitions: 1 }), still);
    const ones = [...one.matchAll(/<data data-metric="(?:latency|throughput)[^>]*>[^<]*<\/data>(.*?)<\/td>/g)];
    expect(ones.length).toBeGreaterThan(100);
    expect(ones.filter((match) => match[1] !== '<small>n = 1</small>')).toEqual([]);
  });

  it('says why a value is not shown, on the dash and below the table', () => {
    expect(page).toContain('<abbr class="gap" title="the generator was late too often to vouch for it">—</abbr>');
    expect(textOf(page)).toContain('— p99 of 1 cell: the generator was late too often to vouch for it.');
    expect(textOf(page)).toContain('— p99 of 3 cells: too few requests in a trial for this percentile.');
  });

  it('leads from each mark to a finding that is there', () => {
    const targets = [...page.matchAll(/class="pill (?:suspect|invalid)" href="#([^"]+)"/g)].map((match) => match[1]);
    expect(targets.length).toBeGreaterThan(4);
    for (const target of targets) expect(page).toContain(`id="${target}"`);
  });

  it('gives each anchor once', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(ids.length).toBe(new Set(ids).size);
  });

  it('draws no Δ and no mark from means over load levels', () => {
    const views = [...page.matchAll(/<figure class="table paper-view"[\s\S]*?<\/figure>/g)].map((match) => match[0]);
    expect(views.length).toBe(3);
    for (const view of views) expect(view).not.toMatch(/Δ|class="pill (?:suspect|invalid)|data-metric/);
  });

  it('compares with the paper only the cells that the paper printed', () => {
    const [, table] = /id="table-beside-paper">([\s\S]*?)<\/figure>/.exec(page) ?? [];
    expect(table?.match(/<tr>|<tr class/g)?.length).toBe(13);
    expect(textOf(table!)).toContain('37.83 66.6');
    expect(renderPage(makeResults({ users: [20] }), still)).not.toContain('id="table-beside-paper"');
  });

  it('shows text from specs and servers as text', () => {
    const evil = '</style></title><script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="x';
    const hostile = renderPage(makeResults({ text: evil }), still);
    expect(hostile).not.toContain('<script>alert');
    expect(hostile).not.toContain('<img');
    expect(hostile).toContain('&lt;script&gt;alert(1)');
    expect(unbalanced(hostile)).toEqual([]);
    expect(hostile.match(/<style>/g)?.length).toBe(1);
  });

  it('makes no link of a source that is not http', () => {
    const changed = structuredClone(results);
    changed.targets[0]!.features['request_model'] = { value: 'A', source: 'javascript:alert(1)' };
    expect(renderPage(changed, still)).not.toContain('javascript:');
  });

  it('shows what is there at every stage of a running experiment', () => {
    for (const done of [0, 1, 2, 20, 36, 40, 107]) {
      const html = renderPage(makeResults({ done }), { live: { status_url: '/r/x/status' }, generated_at: null });
      expect(unbalanced(html)).toEqual([]);
      expect(textOf(html)).toContain(`${done} of 108`);
      expect(textOf(html)).not.toMatch(/NaN|undefined|Infinity|\[object/);
      expect(html.match(/<script>/g)?.length).toBe(1);
    }
  });

  it('is the same text however often it is made', () => {
    expect(renderPage(results, still)).toBe(page);
  });

  it('renders what the summary makes of stored trials', () => {
    const made = renderPage(summarise(makeExperiment()), still);
    expect(unbalanced(made)).toEqual([]);
    expect(textOf(made)).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });
});

import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { cellsCsv, requestsCsv, trialsCsv } from '../../src/report/csv.ts';
import { familiesOf } from '../../src/report/families.ts';
import { renderPage } from '../../src/report/page.ts';
import { renderReadmeSvg } from '../../src/report/readme-svg.ts';
import { renderSummary } from '../../src/report/terminal.ts';
import { rateCell } from '../fixtures/cell-facts.ts';
import { summarise } from '../fixtures/experiment-facts.ts';
import { openExperiment } from '../fixtures/open-experiment.ts';
import { makeTrialResult } from '../fixtures/trial-result.ts';

const results = summarise(openExperiment());
const page = renderPage(results, { live: null, generated_at: null });
const text = page.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

/** The part of the page about one family. */
function sectionOf(key: string): string {
  const from = page.indexOf(`<section id="family-${key}">`);
  return page
    .slice(from, page.indexOf('</section>', from))
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

describe('the page of open loads and capacity searches', () => {
  it('has a section for each family, rates before stages before searches', () => {
    expect(familiesOf(results).map(({ kind, levels }) => [kind, levels])).toEqual([
      ['rate', [100, 400]],
      ['stages', [0]],
      ['capacity', [0]],
    ]);
  });

  it('names rates where other families have users or connections', () => {
    const section = sectionOf('0-test');
    expect(section).toContain('At the highest load: 400 requests/s');
    expect(section).toContain('Throughput by workers at 400 requests/s');
    expect(section).toContain('Deployment models at 1 worker and 400 requests/s');
    expect(section).toContain('“kept up”: the server answered all that arrived');
    expect(section).toContain('more was offered than was served');
    expect(section).not.toMatch(/\busers? (offered|who)|connections without/i);
  });

  it('tells stages as they are, without a table or an axis of levels', () => {
    const section = sectionOf('1-test');
    expect(section).toContain('Through stages of 50 to 150 requests/s over 4 s');
    expect(section).not.toContain('Table 5');
  });

  it('shows the capacity of each deployment with its interval, and the limit in words', () => {
    const section = sectionOf('2-test');
    expect(section).toContain('The highest rate within the limit: p95 ≤ 50 ms, errors ≤ 1 %');
    expect(section).toMatch(/FastAPI|fastapi/i);
    expect(section).toMatch(/1,003 \(\d[\d,]*–\d[\d,]*\)/);
    expect(section).toContain('Capacity by workers within p95 ≤ 50 ms, errors ≤ 1 %');
    // Each search ends at a rate of its own: no figure puts their latencies side by side.
    expect(section).not.toContain('Latency by load');
  });

  it('says what held throughput apart from users in comparisons, in the checklist and in how to read it', () => {
    expect(text).toContain('both kept up with the rate');
    expect(text).not.toContain('both were waiting for the users');
    expect(text).toContain('Load: rates 100 and 400 requests/s, Poisson arrivals, 50 to 1000 connections');
    expect(text).toContain('50 requests/s for 2 s; then 50 to 150 requests/s for 2 s');
    expect(text).toContain('Kept up : the server answered all that arrived.');
  });

  it('has no number that is none', () => {
    expect(text).not.toMatch(/undefined|NaN|null|\bInfinity\b/);
  });
});

describe('the terminal', () => {
  const printed = renderSummary(results, { width: 100, color: false });

  it('has a group of rows for each rate, and one for what has no levels', () => {
    expect(printed).toMatch(/^100 requests\/s$/m);
    expect(printed).toMatch(/^stages of 50 to 150 requests\/s over 4 s$/m);
    expect(printed).toMatch(/^p95 ≤ 50 ms, errors ≤ 1 %$/m);
    expect(printed).toMatch(/capacity\/s/);
    expect(printed.replaceAll(/\s+/g, ' ')).toContain('kept up: all that arrived was served, not a capacity.');
  });
});

/** As it is where the searches of one deployment ended at what the generator could do. */
function endedBy(deployment: string): typeof results {
  const stored = openExperiment();
  const trials = stored.trials.map(({ id, result }) => {
    const { load } = result;
    if (load?.capacity === undefined || !result.cell.startsWith(deployment)) return { id, result };
    return { id, result: { ...result, load: { ...load, capacity: { ...load.capacity, ended: 'void' as const } } } };
  });
  return summarise({ ...stored, trials });
}

describe('a search that the generator ended', () => {
  const ended = endedBy('django');

  it('has its capacity printed as a lower bound, with what ended it, on the page and in the terminal', () => {
    const html = renderPage(ended, { live: null, generated_at: null });
    const shown = html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(shown).toMatch(/≥ 251 \(/);
    expect(shown).toContain(
      '≥ of a capacity: the generator was the limit of a search, or it was stopped: a lower bound.',
    );
    expect(shown).not.toMatch(/≥ 1,003/);
    const printed = renderSummary(ended, { width: 100, color: false }).replaceAll(/\s+/g, ' ');
    expect(printed).toMatch(/≥ 251 ±/);
    expect(printed).toContain('≥ of a capacity: the generator, or a stop, was the limit of the search');
    expect(text).not.toContain('≥ of a capacity');
  });

  it('is not called slower than another', () => {
    const verdicts = ended.comparisons.filter((c) => c.metric === 'capacity_rps').map((c) => [c.verdict, c.reason]);
    expect(verdicts).toEqual([['not-testable', 'least-capacity']]);
  });

  it('is called better by at least what was found', () => {
    const html = renderPage(endedBy('fastapi'), { live: null, generated_at: null });
    const shown = html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(shown).toMatch(/fastapi \(ASGI\) served at least 4\.00× \([^)]*\) what django \(ASGI\) served/);
    expect(shown).toMatch(/≥ 4\.00× \([^)]*\) better/);
    expect(shown).toContain('≥ and ≤: one of the two values is a lower bound, so they differ by at least that.');
    expect(text).not.toContain('served at least');
    expect(text).not.toContain('≥ and ≤');
  });
});

it('the picture for a README shows capacities where there is nothing but searches', () => {
  const only = { ...results, cells: results.cells.filter((cell) => cell.load.model === 'capacity') };
  const svg = renderReadmeSvg(only);
  expect(svg).toContain('within p95 ≤ 50 ms, errors ≤ 1 %');
  expect(svg).toContain('>Capacity, requests/s<');
  expect(svg).toContain('1,003 requests/s');
});

describe('CSV of open loads', () => {
  type Row = Record<string, string>;
  const rowsOf = (csv: string): Row[] => parse<Row>(csv, { columns: true, record_delimiter: '\r\n' });

  it('has rate, stages, limit and capacity in columns of their own, after all that were there', () => {
    const rows = rowsOf(cellsCsv(results));
    const row = (cell: string) => rows.find((each) => each['cell'] === cell)!;
    expect(row('fastapi.w1.r400')).toMatchObject({
      model: 'open',
      rate_rps: '400',
      arrivals: 'poisson',
      capacity_rps: '',
    });
    expect(JSON.parse(row('fastapi.w1.stages')['stages']!)).toHaveLength(2);
    expect(row('fastapi.w1.cap')).toMatchObject({ model: 'capacity', limit_quantile: '0.95', limit_latency_ms: '50' });
    expect(Number(row('fastapi.w1.cap')['capacity_rps'])).toBeCloseTo(1003, 0);
    const names = Object.keys(rows[0]!);
    expect(names.indexOf('rate_rps')).toBeGreaterThan(names.indexOf('findings'));
    const trials = rowsOf(trialsCsv(results));
    expect(Object.keys(trials[0]!).slice(-3)).toEqual(['ready_ms', 'rate_rps', 'capacity_rps']);
  });

  it('has a row for each request name, with what is known of each', () => {
    const made = makeTrialResult({ cell: rateCell(), block: 1 });
    const latency_ms = made.load!.latency_ms;
    const of = (name: string, ok: number, failed: number) => ({
      name,
      requests: ok + failed,
      ok,
      failed,
      latency_ms,
      service_ms: latency_ms,
      histograms: { latency: '', service: '' },
    });
    const by_request = [of('GET /a', 1500, 0), of('POST /b', 900, 100)];
    const result = { ...made, load: { ...made.load!, by_request } };
    const rows = rowsOf(requestsCsv([{ id: 'trl_1', result }]));
    expect(rows.map((row) => [row['request'], row['requests'], row['ok'], row['failed'], row['error_rate']])).toEqual([
      ['GET /a', '1500', '1500', '0', '0'],
      ['POST /b', '1000', '900', '100', '0.1'],
    ]);
    // Known of all requests together only.
    expect(rows[0]).toMatchObject({ throughput_rps: '', failed_http_5xx: '', latency_ok_p50_ms: '', rate_rps: '500' });
    expect(Number(rows[1]!['latency_p95_ms'])).toBe(latency_ms.p95);
  });
});

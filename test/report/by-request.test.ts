import { describe, expect, it } from 'vitest';
import type { RequestResult } from '../../src/core/load-result.ts';
import { renderPage } from '../../src/report/page.ts';
import { renderSummary } from '../../src/report/terminal.ts';
import { DJANGO_ASGI, FASTAPI, summarise } from '../fixtures/experiment-facts.ts';
import { latencyStats, requestResult } from '../fixtures/load-result.ts';
import { openExperiment } from '../fixtures/open-experiment.ts';

const CREATE = 'POST /tasks';
const READ = 'GET /tasks/{{id}}';
const LIST = [
  { request: 'GET /tasks', weight: 3 },
  { weight: 1, sequence: [{ request: CREATE, save: { id: '$.id' } }, { request: READ }] },
];

function named(name: string, ok: number): RequestResult {
  return requestResult(name, { requests: ok, ok, latency_ms: { ...latencyStats, mean: 3, p50: 2, p95: 8 } });
}

/** Rates, stages and searches of two deployments, of whose requests three in five read the list. */
function listedResults(workload: unknown = LIST, deployments: readonly unknown[] = [FASTAPI, DJANGO_ASGI]) {
  const stored = openExperiment({ workload, deployments });
  const trials = stored.trials.map(({ id, result }) => {
    const { ok } = result.load!;
    const step = Math.floor(ok / 5);
    const by_request = [named('GET /tasks', ok - 2 * step), named(CREATE, step), named(READ, step)];
    return { id, result: { ...result, load: { ...result.load!, by_request } } };
  });
  return summarise({ ...stored, trials });
}

function textOf(html: string): string {
  return html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
}

function pageOf(results: ReturnType<typeof listedResults>): string {
  return renderPage(results, { live: null, generated_at: null });
}

describe('the page of an experiment with a list of requests', () => {
  const page = pageOf(listedResults());
  const figure = (id: string): string => /<figure.*?<\/figure>/s.exec(page.slice(page.indexOf(`id="${id}"`) - 30))![0];

  it('has a table of them in each family, after the first: a row for each name and deployment', () => {
    const table = figure('table-requests-0-custom');
    expect(table.match(/<tr data-cell/g)).toHaveLength(6);
    expect(textOf(table)).toContain('What each request took at 400 iterations/s');
    expect(textOf(table)).toMatch(/GET \/tasks FastAPI \(ASGI\) 1 60\.\d 0 \(0–0\.\d+\) 3\.00 \(3\.00–3\.00\) 2\.00/i);
    expect(page.indexOf('table-requests-0-custom')).toBeGreaterThan(page.indexOf('table-4-0-custom'));
    expect(page.indexOf('table-requests-0-custom')).toBeLessThan(page.indexOf('table-5-0-custom'));
    for (const family of ['1', '2']) expect(page).toContain(`id="table-requests-${family}-custom"`);
  });

  it('says why values are missing as the other tables do', () => {
    // Django has more than it can serve at the highest rate.
    expect(textOf(figure('table-requests-0-custom'))).toContain(
      '— Mean, Median, p95 of 3 rows: more was offered than was served',
    );
  });

  it('says that rates are those of iterations, wherever they are named', () => {
    const text = textOf(page);
    expect(text).toContain('Iterations, of which some are sequences of several requests, arrive by a schedule');
    expect(text).toContain('At the highest load: 400 iterations/s');
    expect(text).toContain('Through stages of 50 to 150 iterations/s over 4 s');
    expect(text).toContain('Load: rates 100 and 400 iterations/s');
    expect(text).toContain('50 iterations/s for 2 s; then 50 to 150 iterations/s for 2 s');
    expect(text).toContain('the throughput counts requests');
    expect(text).toContain('The capacity is a rate of iterations');
    expect(text).not.toMatch(/\b(100|400|150) requests\/s/);
  });

  it('escapes a name as all text of a spec', () => {
    const hostile = listedResults();
    const cells = hostile.cells.map((cell) => ({
      ...cell,
      by_request: cell.by_request!.map((each) => ({ ...each, name: 'GET /<img src=x>' })),
    }));
    const shown = pageOf({ ...hostile, cells });
    expect(shown).toContain('<code>GET /&lt;img src=x&gt;</code>');
    expect(shown).not.toContain('<img');
  });

  it('draws results that have none of them as before', () => {
    const results = listedResults();
    const cells = results.cells.map(({ by_request, ...cell }) => {
      expect(by_request).toBeDefined();
      return cell;
    });
    expect(pageOf({ ...results, cells })).not.toContain('table-requests-');
  });

  it('speaks of requests where each iteration is one', () => {
    const results = listedResults([{ request: 'GET /tasks' }, { sequence: [{ request: CREATE }] }]);
    expect(results.cells.every(({ load }) => load.rate_of === undefined)).toBe(true);
    expect(textOf(pageOf(results))).toContain('At the highest load: 400 requests/s');
  });
});

describe('the terminal', () => {
  const printed = renderSummary(listedResults(), { width: 100, color: false });

  it('has a short table of the names at the highest load of each family', () => {
    expect(printed).toMatch(/^400 iterations\/s$/m);
    expect(printed).toMatch(/^By request, at 400 iterations\/s$/m);
    expect(printed).toMatch(
      /^GET \/tasks\n {2}fastapi \(ASGI\)\s+1\s+60\.\d\s+3\.00 ±0\.00\s+2\.00 ±0\.\d\d\s+8\.00 ±0\.\d\d\s+0$/m,
    );
    expect(printed.match(/^By request, /gm)).toHaveLength(3);
  });

  it('keeps its columns, whatever a name is', () => {
    const long = listedResults();
    const name = `GET /tasks?${'q'.repeat(300)}\u001B[2J`;
    const cells = long.cells.map((cell) => ({
      ...cell,
      by_request: cell.by_request!.map((each) => ({ ...each, name })),
    }));
    for (const width of [60, 100]) {
      const lines = renderSummary({ ...long, cells }, { width, color: false }).split('\n');
      expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(width);
      expect(lines.join('\n')).not.toContain('\u001B');
    }
  });

  it('lists so many rows, and says how many more the page has', () => {
    const results = listedResults();
    const cells = results.cells.map((cell) => ({
      ...cell,
      by_request: Array.from({ length: 20 }, () => cell.by_request![0]!),
    }));
    expect(renderSummary({ ...results, cells }, { width: 100, color: false })).toMatch(
      /^ {2}and 8 more rows, on the page$/m,
    );
  });
});

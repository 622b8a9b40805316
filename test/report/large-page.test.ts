import { describe, expect, it } from 'vitest';
import { expandMatrix } from '../../src/core/matrix.ts';
import { makeSchedule } from '../../src/core/schedule.ts';
import type { Results } from '../../src/core/results.ts';
import { renderPage } from '../../src/report/page.ts';
import { thinRows } from '../../src/report/table/thin-rows.ts';
import { makeExperiment, summarise } from '../fixtures/experiment-facts.ts';
import { largeSpec, type LargeOptions, trialMaker } from '../fixtures/large-experiment.ts';
import { unbalanced } from './balance.ts';

function largeResults(options: LargeOptions): Results {
  const spec = largeSpec(options);
  const cells = expandMatrix(spec);
  const trialOf = trialMaker(spec);
  const schedule = makeSchedule(cells, spec.repetitions, spec.seed);
  const bySlug = new Map(cells.map((cell) => [cell.cell, cell]));
  const trials = schedule.flatMap(({ block, cells: order }) =>
    order.map((slug) => ({ id: `trl_${slug}_${block}`, result: trialOf(bySlug.get(slug)!, block) })),
  );
  const { experiment, ...rest } = makeExperiment({ spec: { repetitions: 1 } });
  return summarise({ ...rest, experiment: { ...experiment, spec }, spec, schedule, trials });
}

const still = { live: null, generated_at: null };
const tableOf = (html: string, table: string) =>
  new RegExp(`<figure class="table[^>]*id="${table}"[\\s\\S]*?</figure>`).exec(html)?.[0] ?? '';
const rowsIn = (html: string) => html.match(/<tr[ >]/g)!.length - 1;

describe('the page of a large experiment', () => {
  it('shows a part of 1,200 trials and says which; the dots of 600 repetitions are left out, and said to be', () => {
    const results = largeResults({ deployments: 3, workers: [1, 2], levels: 2, repetitions: 100 });
    expect(results.trials).toHaveLength(1_200);
    expect(new Set(results.cells.map((cell) => cell.validity))).toEqual(new Set(['valid']));
    const html = renderPage(results, still);
    const table = tableOf(html, 'table-a1');
    expect(rowsIn(table)).toBe(400);
    expect(table).toContain(
      'Of 1,200 trials are shown: one of every 3. All of them are in the trials view of the results.',
    );
    expect(table).not.toContain('Every trial');
    expect(html).toContain('the 100 repetitions are not drawn, for there would be too many dots.');
    expect(unbalanced(html)).toEqual([]);
    expect(html.length).toBeLessThan(1_000_000);
  });

  it('shows of many pairs those at the highest load, of many bars the best', () => {
    const results = largeResults({ deployments: 12, workers: [1, 2, 4, 8], levels: 3, repetitions: 1 });
    const html = renderPage(results, still);
    const table = tableOf(html, 'table-comparisons');
    // 66 pairs at each of 4 worker counts.
    expect(rowsIn(table)).toBe(4 * 66);
    expect(table).toContain('Of 792 pairs those at the highest load are shown; all of them are in results.json.');
    expect(html).toContain('The best 40 of 48 cells.');
    expect(unbalanced(html)).toEqual([]);
  });
});

describe('the rows of a long table', () => {
  const about = { kind: 'trial', source: 'the file', telling: 'the bad ones' };
  const rows = (count: number) => Array.from({ length: count }, (_, i) => i);

  it('are all shown up to 500', () => {
    expect(thinRows(rows(500), about)).toEqual({ shown: rows(500), says: null });
  });

  it('are at most about 500 of more, evenly and in order, with all that tell something', () => {
    const { shown, says } = thinRows(rows(5_000), about, (i) => i % 100 === 1);
    expect(shown.length).toBeLessThanOrEqual(501);
    expect(shown.length).toBeGreaterThan(400);
    expect(shown.filter((i) => i % 100 === 1)).toHaveLength(50);
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
    expect(says).toBe(
      'Of 5,000 trials are shown: the bad ones, and one of every 11 others. All of them are in the file.',
    );
  });

  it('are thinned alike where most of them tell something', () => {
    const { shown, says } = thinRows(rows(5_000), about, () => true);
    expect(shown).toHaveLength(500);
    expect(says).toBe('Of 5,000 trials are shown: one of every 10. All of them are in the file.');
  });
});

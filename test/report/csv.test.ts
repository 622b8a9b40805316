import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/core/metric.ts';
import { cellsCsv, requestsCsv, secondsCsv, trialsCsv } from '../../src/report/csv.ts';
import { csvTable } from '../../src/report/csv/table.ts';
import { connectionsCell } from '../fixtures/cell-facts.ts';
import { makeResults } from '../fixtures/results.ts';
import { makeFailedTrial, makeTrialResult } from '../fixtures/trial-result.ts';

type Row = Record<string, string>;
const rowsOf = (csv: string): Row[] => parse<Row>(csv, { columns: true, record_delimiter: '\r\n' });

describe('CSV', () => {
  it('is what it was, for the cells of the paper’s matrix', async () => {
    await expect(cellsCsv(makeResults())).toMatchFileSnapshot('golden/cells.csv');
  });

  it('is what it was, for the trials of a small matrix', async () => {
    const results = makeResults({ workers: [1], users: [50], connections: [16], repetitions: 2 });
    await expect(trialsCsv(results)).toMatchFileSnapshot('golden/trials.csv');
  });

  it('gives every metric of every cell with each digit that the JSON has', () => {
    const results = makeResults();
    const rows = rowsOf(cellsCsv(results));
    expect(rows.length).toBe(results.cells.length);
    results.cells.forEach((cell, i) => {
      const row = rows[i]!;
      expect(row['cell']).toBe(cell.cell);
      for (const metric of METRICS) {
        for (const [column, value] of Object.entries({
          [metric]: cell[metric].value,
          [`${metric}_lo`]: cell[metric].lo,
          [`${metric}_hi`]: cell[metric].hi,
          [`${metric}_sd`]: cell[metric].sd,
          [`${metric}_cv`]: cell[metric].cv,
        }))
          expect(row[column] === '' ? null : Number(row[column]), `${cell.cell} ${column}`).toBe(value);
      }
    });
  });

  it('leaves the validity of a cell that was never run empty', () => {
    const results = makeResults();
    const [cell] = results.cells;
    const [row] = rowsOf(cellsCsv({ cells: [{ ...cell!, validity: null, trials: [] }] }));
    expect(row?.['validity']).toBe('');
  });

  it('leads text that a spreadsheet would run with an apostrophe, and leaves numbers alone', () => {
    const columns = [
      { name: 'text', value: (row: readonly [string, number]) => row[0] },
      { name: 'number', value: (row: readonly [string, number]) => row[1] },
    ];
    const csv = csvTable(columns, [
      ['=1+2', -1.5],
      ['@SUM(A1)', 1e-7],
      ['-2', 0],
      ['a "b", c', 12345678.9],
    ]);
    expect(csv).toBe('text,number\r\n\'=1+2,-1.5\r\n\'@SUM(A1),1e-7\r\n\'-2,0\r\n"a ""b"", c",12345678.9\r\n');
  });

  it('comes back from a reader of RFC 4180 as it went in, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string()), { minLength: 1, maxLength: 6 }),
        (rows) => {
          const columns = [0, 1].map((i) => ({ name: `c${i}`, value: (row: readonly string[]) => row[i] ?? null }));
          const guarded = rows.map((row) => row.map((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)));
          const read = parse(csvTable(columns, rows), { from_line: 2, record_delimiter: '\r\n' });
          // A record of empty fields is kept as such, not as a blank line.
          expect(read).toEqual(guarded);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('can be sent in pages that together are the whole', () => {
    const { trials } = makeResults({ repetitions: 1 });
    const pages = [
      trialsCsv({ trials: trials.slice(0, 7) }),
      trialsCsv({ trials: trials.slice(7) }, { header: false }),
    ];
    expect(pages.join('')).toBe(trialsCsv({ trials }));
  });

  it('gives requests and seconds of each trial that measured something', () => {
    const cell = connectionsCell();
    const result = makeTrialResult({ cell, block: 1, window_s: 4 });
    const stored = [
      { id: 'trl_1', result },
      { id: 'trl_2', result: makeFailedTrial({ cell, block: 2 }) },
    ];
    const requests = rowsOf(requestsCsv(stored));
    expect(requests.map((row) => row['trial'])).toEqual(['trl_1']);
    expect(requests[0]?.['request']).toBe(result.load?.request);
    expect(Number(requests[0]?.['latency_p95_ms'])).toBe(result.load?.latency_ms.p95);
    expect(Number(requests[0]?.['failed_http_5xx'])).toBe(result.load?.failed.http_5xx);
    const seconds = rowsOf(secondsCsv(stored));
    expect(seconds.length).toBe(result.load?.seconds.length);
    expect(seconds.map((row) => Number(row['answered']))).toEqual(result.load?.seconds.map((s) => s.answered));
    expect(seconds.some((row) => row['server_cpu'] !== '')).toBe(true);
  });
});

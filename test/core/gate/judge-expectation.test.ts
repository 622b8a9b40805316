import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateCell, GateMetric } from '../../../src/core/gate/gate-cell.ts';
import { type Expectation, parseExpectation } from '../../../src/core/gate/expectation.ts';
import { checkText } from '../../../src/core/gate/gate-text.ts';
import { judgeExpectation } from '../../../src/core/gate/judge-expectation.ts';
import type { MetricValue } from '../../../src/core/results.ts';
import { connectionsCell, usersCell } from '../../fixtures/cell-facts.ts';
import { gateCellOf, measured } from '../../fixtures/gate-cell.ts';

/** Geometric mean 100, interval (95.1, 105.1) over three repetitions: 98, 100, 102.04. */
const P95 = measured([98, 100, 10_000 / 98]);
const CELL = connectionsCell(16);

function expectationOf(text: string): Expectation {
  const parsed = parseExpectation(text);
  if (!parsed.ok) throw new Error(parsed.problems.join());
  return parsed.expectation;
}

const latency = (text: string, over: Partial<GateCell> = {}, p95: GateMetric = P95) =>
  judgeExpectation(gateCellOf(CELL, { latency_p95_ms: p95 }, over), expectationOf(`latency_p95_ms ${text}`));

function errors(text: string, shown: Partial<MetricValue>) {
  const metric = measured([]);
  const error_rate = { ...metric, shown: { ...metric.shown, reason: null, n: 3, ...shown } };
  return judgeExpectation(gateCellOf(CELL, { error_rate }), expectationOf(`error_rate ${text}`));
}

describe('an expectation of a cell', () => {
  it('has passed when the whole interval meets it, failed when none of it does, and is open in between', () => {
    expect(P95.shown.lo).toBeCloseTo(95.1, 0);
    expect(P95.shown.hi).toBeCloseTo(105.1, 0);
    expect(latency('< 110')).toMatchObject({ verdict: 'passed', reason: null, mde: null });
    expect(latency('< 90')).toMatchObject({ verdict: 'failed', reason: null, mde: null });
    expect(latency('< 100')).toMatchObject({ verdict: 'inconclusive', reason: 'interval-spans' });
    expect(latency('> 90').verdict).toBe('passed');
    expect(latency('> 110').verdict).toBe('failed');
    expect(latency('>= 100').verdict).toBe('inconclusive');
    expect(latency('== 100').verdict).toBe('inconclusive');
    expect(latency('== 120').verdict).toBe('failed');
  });

  it('is told with the value, its interval, the text, and no side to compare with', () => {
    expect(latency('< 110')).toMatchObject({
      cell: CELL.cell,
      cell_base: null,
      metric: 'latency_p95_ms',
      expected: 'latency_p95_ms < 110',
      value: P95.shown.value,
      lo: P95.shown.lo,
      hi: P95.shown.hi,
      method: null,
      p_holm: null,
    });
  });

  it('says, where it is open, how far from the limit a value would have shown: exp((t.975 + t.80)·se) − 1', () => {
    // sd of ln {98, 100, 102.04} is 0.0202027, se 0.0116641; t(0.975, 2) = 4.302653, t(0.80, 2) = 1.060660.
    expect(latency('< 100').mde).toBeCloseTo(Math.expm1((4.302653 + 1.06066) * 0.0116641), 4);
  });

  it('touches its limit: what is not below it does not meet <, and meets <=', () => {
    const { lo, hi } = P95.shown;
    expect(latency(`<= ${hi}`).verdict).toBe('passed');
    expect(latency(`< ${hi}`).verdict).toBe('inconclusive');
    expect(latency(`< ${lo}`).verdict).toBe('failed');
    expect(latency(`<= ${lo}`).verdict).toBe('inconclusive');
  });

  it('decides nothing from an invalid cell, from one value, or from none', () => {
    expect(latency('< 110', { invalid: true })).toMatchObject({ verdict: 'inconclusive', reason: 'invalid-cell' });
    expect(latency('< 110', {}, measured([100]))).toMatchObject({ verdict: 'inconclusive', reason: 'too-few' });
    const withheld = measured([]);
    const none = { ...withheld, shown: { ...withheld.shown, reason: 'withheld' } };
    expect(latency('< 110', {}, none)).toMatchObject({ verdict: 'inconclusive', reason: 'withheld', value: null });
  });

  it('decides nothing from the throughput of users who think, but from their latency', () => {
    const cell = gateCellOf(
      usersCell(50),
      { throughput_rps: measured([33, 33.1, 33.2]), latency_p95_ms: P95 },
      { bottleneck: 'load-limited' },
    );
    expect(judgeExpectation(cell, expectationOf('throughput_rps > 10'))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'load-limited',
    });
    expect(judgeExpectation(cell, expectationOf('latency_p95_ms < 800')).verdict).toBe('passed');
  });

  it('decides no latency where so many failed that it is another population’s', () => {
    expect(latency('< 110', { failures: true })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'failures-change-population',
    });
  });

  it('takes a percentile that failures stand above for a lower bound: it can miss a limit, not meet it', () => {
    const p95 = { ...P95, of: { ...P95.of, censored: true } };
    expect(latency('< 110', {}, p95)).toMatchObject({ verdict: 'inconclusive', reason: 'censored' });
    expect(latency('< 90', {}, p95).verdict).toBe('failed');
    expect(latency('> 90', {}, p95).verdict).toBe('passed');
    expect(latency('> 110', {}, p95)).toMatchObject({ verdict: 'inconclusive', reason: 'censored' });
  });

  describe('of a latency of a cell that was overloaded, which is known to be at least so much', () => {
    /** No value, and at least 4,900 (geometric mean 5,000). */
    const collapsed = {
      shown: { ...measured([]).shown, reason: 'overloaded' },
      of: measured([], { reason: 'overloaded' }).of,
      least: measured([4900, 5000, 25_000 / 4.9], { censored: true }),
    };
    const judged = (text: string, over: Partial<GateCell> = {}, p95: GateMetric = collapsed) =>
      latency(text, over, p95);

    it('has failed where that is too long, with the bound and the reason', () => {
      const check = judged('< 50');
      expect(check).toMatchObject({ verdict: 'failed', reason: 'overloaded', mde: null });
      expect(check.value).toBeCloseTo(5000, 0);
      expect(checkText(check)).toMatch(
        /^fastapi\.w1\.c16: ≥ 5,000 \(.*\), expected latency_p95_ms < 50 \(more was offered than was served, and latency grows/,
      );
    });

    it('is open where it may still be met, and has passed in no case', () => {
      for (const text of ['< 6000', '<= 5000', '> 50', '>= 6000', '== 5000'])
        expect(judged(text)).toMatchObject({ verdict: 'inconclusive', reason: 'overloaded', value: null });
    });

    it('has failed too where so many timed out that others were answered, but not where the cell is invalid or has one value', () => {
      expect(judged('< 50', { failures: true })).toMatchObject({ verdict: 'failed', reason: 'overloaded' });
      expect(judged('< 50', { invalid: true })).toMatchObject({ verdict: 'inconclusive', reason: 'invalid-cell' });
      const one = { ...collapsed, least: measured([5000], { censored: true }) };
      expect(judged('< 50', {}, one)).toMatchObject({ verdict: 'inconclusive', reason: 'too-few' });
    });
  });

  it('takes the capacity of a search that the generator ended for a lower bound: it can meet a limit, not miss it', () => {
    const capacity_rps = measured([980, 1000, 1_000_000 / 980], { censored: true });
    const judged = (text: string) =>
      judgeExpectation(gateCellOf(CELL, { capacity_rps }), expectationOf(`capacity_rps ${text}`));
    expect(judged('> 900').verdict).toBe('passed');
    expect(judged('> 1100')).toMatchObject({ verdict: 'inconclusive', reason: 'least-capacity' });
  });

  it('never passes and fails at once, nor changes with the order of the repetitions', () => {
    const values = fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(values, fc.double({ min: 1, max: 1000, noNaN: true }), (xs, limit) => {
        const below = latency(`<= ${limit}`, {}, measured(xs)).verdict;
        const above = latency(`> ${limit}`, {}, measured(xs)).verdict;
        const turned = { passed: 'failed', failed: 'passed', inconclusive: 'inconclusive' };
        expect(above).toBe(turned[below]);
        expect(latency(`<= ${limit}`, {}, measured(xs.toReversed())).verdict).toBe(below);
      }),
    );
  });
});

describe('an error rate', () => {
  it('of 0 has passed `== 0` when none was seen, with the Wilson upper bound', () => {
    // 0 of 9,057: at most 0.042 % (statistics page).
    const none = { value: 0, lo: 0, hi: 0.00042 };
    expect(errors('== 0', none)).toMatchObject({ verdict: 'passed', value: 0, hi: 0.00042 });
    expect(errors('<= 0', none).verdict).toBe('passed');
  });

  it('has failed it when any was seen', () => {
    expect(errors('== 0', { value: 0.0001, lo: 0.00001, hi: 0.0006 }).verdict).toBe('failed');
  });

  it('is held against other limits by its interval', () => {
    const seen = { value: 0.005, lo: 0.004, hi: 0.0062 };
    expect(errors('< 0.01', seen).verdict).toBe('passed');
    expect(errors('< 0.001', seen).verdict).toBe('failed');
    expect(errors('< 0.005', seen)).toMatchObject({ verdict: 'inconclusive', reason: 'interval-spans', mde: null });
    // None seen among too few to tell.
    expect(errors('< 0.01', { value: 0, lo: 0, hi: 0.16 }).verdict).toBe('inconclusive');
  });
});

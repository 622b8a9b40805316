import { describe, expect, test } from 'vitest';
import { compareCells } from '../../../src/core/compare/compare-cells.ts';
import type { ComparableCell, ComparedValues } from '../../../src/core/compare/comparable.ts';
import type { Comparison } from '../../../src/core/results.ts';
import { capacityCell, connectionsCell, rateCell, usersCell } from '../../fixtures/cell-facts.ts';

/** The vector of the statistics page (S4), recomputed with SciPy: paired 1.933847 (1.884255, 1.984745). */
const A = [37.1, 37.8, 38.6];
const B = [19.1, 19.4, 20.2];

function values(numbers: readonly number[], over: Partial<ComparedValues> = {}): ComparedValues {
  return {
    values: numbers.map((value, i) => ({ block: i + 1, value })),
    step: 0,
    reason: null,
    censored: false,
    ...over,
  };
}

function side(target: string, rps: readonly number[], over: Partial<ComparableCell> = {}): ComparableCell {
  const latency = values(rps.map((x) => 1000 / x));
  return {
    cell: connectionsCell(16, 1, target),
    invalid: false,
    bottleneck: 'server-bound',
    failures: false,
    metrics: {
      throughput_rps: values(rps),
      latency_mean_ms: latency,
      latency_p95_ms: latency,
      server_cpu_ms_per_request: latency,
      capacity_rps: values(rps),
    },
    ...over,
  };
}

const of = (metric: Comparison['metric'], cells: readonly ComparableCell[]) =>
  compareCells(cells).filter((c) => c.metric === metric);

describe('compareCells', () => {
  test('pairs blocks and turns ratios so that more than 1 is better', () => {
    const [throughput] = of('throughput_rps', [side('a', A), side('b', B)]);
    expect(throughput).toMatchObject({
      a: 'a',
      b: 'b',
      cell_a: 'a.w1.c16',
      connections: 16,
      users: null,
      method: 'paired',
      verdict: 'faster',
    });
    expect(throughput?.ratio).toBeCloseTo(1.933847, 5);
    expect(throughput?.lo).toBeCloseTo(1.884255, 4);
    expect(throughput?.hi).toBeCloseTo(1.984745, 4);
    // A lower latency is better: the same ratio.
    expect(of('latency_mean_ms', [side('a', A), side('b', B)])[0]?.ratio).toBeCloseTo(1.933847, 5);
  });

  test('a side that lost a block is compared by Welch when fewer than three pairs are left', () => {
    const [c] = of('throughput_rps', [side('a', A), side('b', B.slice(0, 2))]);
    expect(c?.method).toBe('welch');
  });

  test('takes every pair of deployments at equal workers, load and workload, once', () => {
    const cells = ['a', 'b', 'c'].flatMap((target) =>
      [connectionsCell(16, 1, target), connectionsCell(16, 4, target), usersCell(16, 1, target)].map((cell) =>
        side(target, A, { cell }),
      ),
    );
    const pairs = of('throughput_rps', cells);
    expect(pairs).toHaveLength(9);
    for (const { cell_a, cell_b, a, b } of pairs) {
      expect(a).not.toBe(b);
      expect(cell_a.slice(a.length)).toBe(cell_b.slice(b.length));
    }
  });

  test('two values apart are equivalent only where the whole interval lies within the margin', () => {
    const tight = [100, 100.5, 99.8];
    expect(of('throughput_rps', [side('a', tight), side('b', [100.2, 100.1, 100])])[0]).toMatchObject({
      verdict: 'equivalent',
      mde: null,
    });
    const wide = of('throughput_rps', [side('a', [100, 110, 90]), side('b', [95, 93, 110])])[0];
    expect(wide?.verdict).toBe('inconclusive');
    expect(wide?.mde).toBeGreaterThan(0.03);
  });

  test('a difference that does not survive Holm within its metric is inconclusive, and says so', () => {
    const better = [104.4, 106, 105.2];
    const base = [100, 100.3, 100.1];
    const alone = of('throughput_rps', [side('a', better), side('b', base)])[0];
    expect(alone).toMatchObject({ verdict: 'faster', reason: null });
    // Seven more deployments that are all alike make 36 claims of one.
    const crowd = Array.from({ length: 7 }, (_, i) => side(`c${i}`, [100 + i / 50, 100.3, 100.1 - i / 50]));
    const among = of('throughput_rps', [side('a', better), side('b', base), ...crowd])[0];
    expect(among).toMatchObject({ a: 'a', b: 'b', verdict: 'inconclusive', reason: 'holm' });
    expect(among?.lo).toBe(alone?.lo);
    expect(among?.p_holm).toBeGreaterThanOrEqual(0.025);
    // Or it would read: seen, and too small to be seen.
    expect(among!.mde!).toBeGreaterThan(among!.ratio! - 1);
  });
});

describe('what is not testable', () => {
  const waiting = { bottleneck: 'load-limited' } as const;
  const reasonOf = (metric: Comparison['metric'], a: ComparableCell, b: ComparableCell) => {
    const [c] = of(metric, [a, b]);
    expect(c?.verdict === 'not-testable').toBe(c?.ratio === null);
    return c?.verdict === 'not-testable' ? c.reason : c?.verdict;
  };

  test('throughput where both were waiting for the users; their latency and CPU are', () => {
    const [a, b] = [side('a', A, waiting), side('b', A, waiting)];
    expect(reasonOf('throughput_rps', a, b)).toBe('load-limited');
    expect(reasonOf('throughput_rps', side('a', A, waiting), side('b', B))).toBe('faster');
    expect(reasonOf('latency_mean_ms', a, side('b', B, waiting))).toBe('faster');
  });

  test('a capacity that is a lower bound, unless the bound alone is faster', () => {
    const bounded = (target: string, rps: readonly number[]) => {
      const { metrics, ...rest } = side(target, rps);
      return { ...rest, metrics: { ...metrics, capacity_rps: values(rps, { censored: true }) } };
    };
    const search = ({ metrics }: ComparableCell, target: string): ComparableCell => ({
      ...side(target, []),
      cell: capacityCell(target),
      metrics,
    });
    const reason = (a: ComparableCell, b: ComparableCell) => reasonOf('capacity_rps', search(a, 'a'), search(b, 'b'));
    expect(reason(bounded('a', A), side('b', B))).toBe('faster');
    const isBound = (a: ComparableCell) => of('capacity_rps', [search(a, 'a'), search(side('b', B), 'b')])[0]?.bound;
    expect([isBound(bounded('a', A)), isBound(side('a', A))]).toEqual([true, false]);
    expect(reason(bounded('a', B), side('b', A))).toBe('least-capacity');
    expect(reason(side('a', B), bounded('b', A))).toBe('slower');
    expect(reason(side('a', A), bounded('b', B))).toBe('least-capacity');
    expect(reason(bounded('a', A), bounded('b', B))).toBe('least-capacity');
  });

  test('anything of an invalid cell', () => {
    for (const { verdict, reason } of compareCells([side('a', A), side('b', B, { invalid: true })]))
      expect([verdict, reason]).toEqual(['not-testable', 'invalid-cell']);
  });

  test('latency where failures changed the population; throughput is', () => {
    const failing = side('b', B, { failures: true });
    expect(reasonOf('latency_p95_ms', side('a', A), failing)).toBe('failures-change-population');
    expect(reasonOf('throughput_rps', side('a', A), failing)).toBe('faster');
  });

  test('a percentile that one side withholds', () => {
    const b = side('b', B);
    const withheld = { ...b, metrics: { ...b.metrics, latency_p95_ms: values([], { reason: 'withheld' }) } };
    expect(reasonOf('latency_p95_ms', side('a', A), withheld)).toBe('withheld');
  });

  test('one repetition each', () => {
    expect(reasonOf('throughput_rps', side('a', A.slice(0, 1)), side('b', B.slice(0, 1)))).toBe('too-few');
  });

  test('a lower bound of a latency can show that its side is slower, not that it is faster', () => {
    const bounded = (target: string, rps: readonly number[]) => {
      const made = side(target, rps);
      return {
        ...made,
        metrics: { ...made.metrics, latency_mean_ms: { ...made.metrics.latency_mean_ms, censored: true } },
      };
    };
    expect(reasonOf('latency_mean_ms', side('a', A), bounded('b', B))).toBe('faster');
    expect(reasonOf('latency_mean_ms', bounded('a', B), side('b', A))).toBe('slower');
    expect(reasonOf('latency_mean_ms', bounded('a', A), side('b', B))).toBe('censored');
    expect(reasonOf('latency_mean_ms', bounded('a', A), bounded('b', B))).toBe('censored');
  });
});

describe('models whose arrivals wait for nobody', () => {
  test('capacity searches are compared by what they found, and by nothing else', () => {
    const found = compareCells([side('a', A, { cell: capacityCell('a') }), side('b', B, { cell: capacityCell('b') })]);
    expect(found.map((c) => c.metric)).toEqual(['capacity_rps']);
    expect(found[0]).toMatchObject({
      cell_a: 'a.w1.cap',
      users: null,
      connections: null,
      rate_rps: null,
      verdict: 'faster',
    });
    expect(found[0]?.ratio).toBeCloseTo(1.933847, 5);
  });

  test('at one rate throughput says nothing of two that kept up, and something of one that did not', () => {
    const at = (target: string, rps: readonly number[], bottleneck: 'load-limited' | 'server-bound') =>
      side(target, rps, { cell: rateCell(500, target), bottleneck });
    const [both] = of('throughput_rps', [at('a', A, 'load-limited'), at('b', B, 'load-limited')]);
    expect(both).toMatchObject({ rate_rps: 500, verdict: 'not-testable', reason: 'load-limited' });
    const [one] = of('throughput_rps', [at('a', A, 'load-limited'), at('b', B, 'server-bound')]);
    expect(one).toMatchObject({ verdict: 'faster' });
  });

  test('what is compared at other levels has no capacity', () => {
    expect(of('capacity_rps', [side('a', A), side('b', B)])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { BaselineFacts, SessionFacts } from '../../../src/core/gate/baseline.ts';
import type { GateCell, GateMetric } from '../../../src/core/gate/gate-cell.ts';
import { seenText } from '../../../src/core/gate/gate-text.ts';
import { type GateFacts, judgeThresholds } from '../../../src/core/gate/judge-thresholds.ts';
import { type Threshold, thresholdSchema } from '../../../src/core/gate/threshold.ts';
import type { Metric } from '../../../src/core/metric.ts';
import { connectionsCell, rateCell } from '../../fixtures/cell-facts.ts';
import { gateCellOf, measured } from '../../fixtures/gate-cell.ts';
import { storedOf } from '../../fixtures/stored-cell.ts';

/** The vector of S4, recomputed with SciPy: A against B 1.933847, paired (1.884255, 1.984745), Welch (1.822741, 2.051726). */
const A = [37.1, 37.8, 38.6];
const B = [19.1, 19.4, 20.2];
/** Within 1 % of each other, block by block. */
const STEADY = [100, 101, 99, 100.5, 99.5];
const scaled = (values: readonly number[], by: number) => values.map((x, i) => x * by * (1 + 0.002 * ((i % 3) - 1)));

const rps = (deployment: string, values: readonly number[], connections = 16, over: Partial<GateCell> = {}) =>
  gateCellOf(connectionsCell(connections, 1, deployment), { throughput_rps: measured(values) }, over);

const regression = (over: object = {}): Threshold =>
  thresholdSchema.parse({
    regression: { metric: 'throughput_rps', worse_by: 0.03, base: 'base', head: 'head', ...over },
  });

function judge(cells: readonly GateCell[], over: Partial<GateFacts> = {}) {
  return judgeThresholds({ thresholds: [regression()], cells, host_digest: 'here', baseline: null, ...over });
}

const firstCheck = (...args: Parameters<typeof judge>) => judge(...args)[0]!.checks[0]!;

describe('a regression between two deployments', () => {
  it('compares in the same blocks, head to base, turned so that above 1 is better', () => {
    const check = firstCheck([rps('base', B), rps('head', A)]);
    expect(check).toMatchObject({
      cell: 'head.w1.c16',
      cell_base: 'base.w1.c16',
      metric: 'throughput_rps',
      expected: 'throughput_rps worse by 3 % at most',
      method: 'paired',
      verdict: 'passed',
    });
    expect([check.value, check.lo, check.hi].map((x) => x!.toFixed(6))).toEqual(['1.933847', '1.884255', '1.984745']);
  });

  it('has failed where the head is slower by more than the margin, and says how sure', () => {
    const check = firstCheck([rps('base', A), rps('head', B)]);
    expect(check).toMatchObject({ verdict: 'failed', reason: null });
    expect(check.p_holm).toBeLessThan(0.001);
  });

  it('turns latency: a head that takes longer is worse', () => {
    const cells = [rps('base', []), rps('head', [])].map((cell, i) => ({
      ...cell,
      metrics: { ...cell.metrics, latency_p95_ms: measured(i === 0 ? STEADY : scaled(STEADY, 1.2)) },
    }));
    const check = firstCheck(cells, { thresholds: [regression({ metric: 'latency_p95_ms' })] });
    expect(check.verdict).toBe('failed');
    expect(check.value).toBeCloseTo(1 / 1.2, 2);
  });

  it('passes what is the same within the margin, and what is a little better though nobody could say by how much', () => {
    expect(firstCheck([rps('base', STEADY), rps('head', scaled(STEADY, 1))]).verdict).toBe('passed');
    // From 0.98 to 1.2: neither equivalent nor faster, and not worse by more than 3 % either.
    const uneven = STEADY.map((x, i) => x * [1.02, 1.17, 1.05, 1.15, 1.08][i]!);
    const check = firstCheck([rps('base', STEADY), rps('head', uneven)]);
    expect(check.lo!).toBeGreaterThan(1 / 1.03);
    expect(check.hi!).toBeGreaterThan(1.03);
    expect(check.verdict).toBe('passed');
  });

  it('says with every answer the smallest difference that would have shown: it grows with the spread', () => {
    const mdeOf = (head: readonly number[]) => {
      const check = firstCheck([rps('base', STEADY), rps('head', head)]);
      return [check.verdict, check.mde!] as const;
    };
    const [passed, small] = mdeOf(scaled(STEADY, 1));
    const [failed, larger] = mdeOf(STEADY.map((x, i) => x * [0.8, 0.84, 0.82, 0.81, 0.85][i]!));
    expect([passed, failed]).toEqual(['passed', 'failed']);
    expect(small).toBeGreaterThan(0.03);
    expect(larger).toBeGreaterThan(small);
    expect(larger).toBeLessThan(0.2);
  });

  it('leaves open what may be worse or not, with the smallest difference that would have shown', () => {
    const uneven = STEADY.map((x, i) => x * [0.9, 1.05, 0.95, 1.02, 0.93][i]!);
    const check = firstCheck([rps('base', STEADY), rps('head', uneven)]);
    expect(check).toMatchObject({ verdict: 'inconclusive', reason: 'interval-spans' });
    expect(check.mde).toBeGreaterThan(0.03);
  });

  it('falls back to Welch when fewer than three blocks are complete', () => {
    expect(firstCheck([rps('base', A), rps('head', B.slice(0, 2))]).method).toBe('welch');
  });

  it('pairs cells at equal workers, load and workload, one check a cell of the head', () => {
    const cells = ['base', 'head'].flatMap((id) => [1, 16].map((n) => rps(id, STEADY, n)));
    const [result] = judge(cells);
    expect(result?.checks.map(({ cell, cell_base }) => [cell, cell_base])).toEqual([
      ['head.w1.c1', 'base.w1.c1'],
      ['head.w1.c16', 'base.w1.c16'],
    ]);
    const [only] = judge(cells, { thresholds: [{ ...regression(), cells: { connections: 16 } }] });
    expect(only?.checks.map(({ cell }) => cell)).toEqual(['head.w1.c16']);
  });

  it('neither fails nor passes by cells that may not be used, and says why', () => {
    const reasonOf = (over: Partial<GateCell>) => {
      const [base, head] = [rps('base', A), rps('head', B, 16, over)];
      const check = firstCheck([base, head]);
      expect(check).toMatchObject({ verdict: 'inconclusive', value: null, mde: null });
      return check.reason;
    };
    expect(reasonOf({ invalid: true })).toBe('invalid-cell');
    expect(reasonOf({ invalid: true, not_run: true })).toBe('not-run');
    expect(reasonOf({ bottleneck: 'load-limited' })).toBe('load-limited');
    expect(firstCheck([rps('base', A, 16, { invalid: true }), rps('head', B)]).reason).toBe('invalid-cell');
    expect(firstCheck([rps('head', B)]).reason).toBe('no-such-cell');
    expect(firstCheck([rps('base', A)])).toMatchObject({ reason: 'no-such-cell', cell: 'deployment=head' });
    expect(firstCheck([rps('base', [100]), rps('head', [90])]).reason).toBe('too-few');
  });
});

describe('a head that collapses under a rate that the base keeps up with', () => {
  const latencyOf = (deployment: string, p95: GateMetric, over: Partial<GateCell> = {}) =>
    gateCellOf(rateCell(1000, deployment), { latency_p95_ms: p95 }, over);
  const bounded = (values: readonly number[]): GateMetric => ({
    ...measured([], { reason: 'overloaded' }),
    least: measured(values, { censored: true }),
  });
  const thresholds = [regression({ metric: 'latency_p95_ms' })];

  it('has failed by latency: what it is at least is too much, and the ratio is a bound', () => {
    const check = firstCheck([latencyOf('base', measured(STEADY)), latencyOf('head', bounded(scaled(STEADY, 50)))], {
      thresholds,
    });
    expect(check).toMatchObject({ verdict: 'failed', reason: 'overloaded', method: 'paired' });
    expect(seenText(check)).toMatch(/^≤ 0\.020\d*× \(.*\) of base\.w1\.r1000$/);
  });

  it('is open where the bound is within what is allowed, or the base collapsed too', () => {
    const near = [latencyOf('base', measured(STEADY)), latencyOf('head', bounded(scaled(STEADY, 0.5)))];
    expect(firstCheck(near, { thresholds })).toMatchObject({ verdict: 'inconclusive', reason: 'overloaded' });
    const both = [latencyOf('base', bounded(STEADY)), latencyOf('head', bounded(scaled(STEADY, 50)))];
    expect(firstCheck(both, { thresholds })).toMatchObject({ verdict: 'inconclusive', reason: 'overloaded' });
    const base = [latencyOf('base', bounded(STEADY)), latencyOf('head', measured(STEADY))];
    expect(firstCheck(base, { thresholds })).toMatchObject({ verdict: 'inconclusive', reason: 'overloaded' });
  });

  it('has failed by throughput, though the base served what it was asked for and could have served more; it passes nothing', () => {
    const open = (deployment: string, values: readonly number[], over: Partial<GateCell>) =>
      gateCellOf(rateCell(1000, deployment), { throughput_rps: measured(values) }, over);
    const base = open(
      'base',
      STEADY.map((x) => 10 * x),
      { bottleneck: 'load-limited' },
    );
    const head = (by: number) => open('head', scaled(STEADY, by), { bottleneck: 'server-bound', overloaded: true });
    expect(firstCheck([base, head(6)])).toMatchObject({ verdict: 'failed', reason: null });
    expect(firstCheck([base, head(9.9)])).toMatchObject({ verdict: 'inconclusive', reason: 'load-limited' });
    const users = open('head', scaled(STEADY, 6), { bottleneck: 'server-bound' });
    expect(firstCheck([base, users])).toMatchObject({ verdict: 'inconclusive', reason: 'load-limited' });
  });
});

describe('several regressions', () => {
  /** Worse by 6 % on average: a one-sided p of about 0.003. */
  const slight = STEADY.map((x, i) => x * [0.952, 0.941, 0.93, 0.957, 0.936][i]!);
  const pair = (connections: number, head: readonly number[]) => [
    rps('base', STEADY, connections),
    rps('head', head, connections),
  ];

  it('share Holm’s correction within a metric: what one cell alone would prove, one of many does not', () => {
    const alone = firstCheck(pair(16, slight));
    expect(alone).toMatchObject({ verdict: 'failed' });
    const p = alone.p_holm!;
    const others = Array.from({ length: 40 }, (_, i) => pair(100 + i, scaled(STEADY, 1))).flat();
    const checks = judge([...pair(16, slight), ...others])[0]!.checks;
    const first = checks.find(({ cell }) => cell === 'head.w1.c16')!;
    expect(first.p_holm).toBeCloseTo(Math.min(1, p * 41), 10);
    expect(first).toMatchObject({ verdict: 'inconclusive', reason: 'holm' });
    // Alone it would have been seen; that it is not seen among so many must not read as if it were too small for one.
    expect(first.mde).toBeGreaterThan(1 / first.value! - 1);
    expect(alone.mde).toBeLessThan(first.mde!);
    expect(checks.filter(({ verdict }) => verdict === 'passed')).toHaveLength(40);
  });

  it('share it across the thresholds of one metric, and not across metrics', () => {
    const p = firstCheck(pair(16, slight)).p_holm!;
    const withLatency = pair(16, slight).map((cell) => ({
      ...cell,
      metrics: { ...cell.metrics, latency_mean_ms: measured(STEADY) },
    }));
    const latency = regression({ metric: 'latency_mean_ms' });
    const [own] = judge(withLatency, { thresholds: [regression(), latency] });
    expect(own!.checks[0]!.p_holm).toBeCloseTo(p, 12);
    const [twice] = judge(withLatency, { thresholds: [regression(), regression({ worse_by: 0.03 })] });
    expect(twice!.checks[0]!.p_holm).toBeCloseTo(2 * p, 12);
  });

  it('have the verdict of their worst check: failed, else inconclusive, else passed', () => {
    const good = pair(1, scaled(STEADY, 1));
    const open = pair(
      4,
      STEADY.map((x, i) => x * [0.9, 1.05, 0.95, 1.02, 0.93][i]!),
    );
    const bad = pair(64, scaled(STEADY, 0.5));
    expect(judge(good)[0]!.verdict).toBe('passed');
    expect(judge([...good, ...open])[0]!.verdict).toBe('inconclusive');
    expect(judge([...good, ...open, ...bad])[0]!.verdict).toBe('failed');
  });
});

describe('thresholds', () => {
  it('are called by their id, or by their place', () => {
    const slo = thresholdSchema.parse({ id: 'slo', cells: { deployment: 'head' }, expect: ['throughput_rps > 50'] });
    const results = judge([rps('base', STEADY), rps('head', STEADY)], {
      thresholds: [regression(), slo, regression()],
    });
    expect(results.map(({ id, kind }) => [id, kind])).toEqual([
      ['T1', 'regression'],
      ['slo', 'expect'],
      ['T3', 'regression'],
    ]);
    expect(results[1]!.checks.map(({ cell, verdict }) => [cell, verdict])).toEqual([['head.w1.c16', 'passed']]);
  });

  it('check each expectation in each cell that is selected, and say where there is none', () => {
    const two = thresholdSchema.parse({ expect: ['throughput_rps > 50', 'throughput_rps < 80'] });
    const gone = thresholdSchema.parse({ cells: { deployment: 'gone', workers: 1 }, expect: ['error_rate == 0'] });
    const [both, none] = judge([rps('base', STEADY), rps('head', STEADY)], { thresholds: [two, gone] });
    expect(both!.checks.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'failed', 'failed']);
    expect(both!.verdict).toBe('failed');
    expect(none).toMatchObject({
      verdict: 'inconclusive',
      checks: [{ cell: 'deployment=gone workers=1', reason: 'no-such-cell', expected: 'error_rate == 0' }],
    });
  });
});

describe('a regression against the baseline of a series', () => {
  const against = regression({ base: 'series' });
  const head = rps('head', B);
  const stored = (values: readonly number[], over = {}) =>
    storedOf(connectionsCell(16, 1, 'head'), { throughput_rps: values }, over);

  function session(value: number | null, over: Partial<SessionFacts> = {}): SessionFacts {
    const metric = (m: Metric) => (m === 'throughput_rps' ? value : null);
    return { experiment_id: 'exp_past', host_digest: 'here', cells: [stored([], { values: metric }).session], ...over };
  }

  /** Eight sessions whose ln differ by 0.0200055. */
  const HISTORY = [100, 102, 99, 101, 98, 103, 100, 97].map((x) => session(x));

  const baseline = (over: Partial<BaselineFacts> = {}): BaselineFacts => ({
    experiment_id: 'exp_base',
    ended_at: '2026-01-05T10:30:00.000Z',
    commit: null,
    host_digest: 'here',
    cells: [stored(A).cell],
    sessions: HISTORY,
    ...over,
  });

  const check = (facts: BaselineFacts | null, over: Partial<GateFacts> = {}) =>
    firstCheck([head], { thresholds: [against], baseline: facts, ...over });

  it('adds what differs between sessions: wider than Welch alone, and fails what lies far beyond', () => {
    const found = check(baseline());
    expect(found).toMatchObject({
      verdict: 'failed',
      method: 'sessions',
      cell_base: 'head.w1.c16',
      cell: 'head.w1.c16',
    });
    expect(found.value).toBeCloseTo(1 / 1.933847, 5);
    // Welch without a history: (1/2.051726, 1/1.822741).
    expect(found.lo!).toBeLessThan(1 / 2.051726);
    expect(found.hi!).toBeGreaterThan(1 / 1.822741);
  });

  it('is inconclusive, one session each, with fewer than eight sessions on this host', () => {
    const elsewhere = HISTORY.map((each) => ({ ...each, host_digest: 'elsewhere' }));
    const few = [...HISTORY.slice(0, 7), ...elsewhere];
    const found = check(baseline({ sessions: few }));
    expect(found).toMatchObject({ verdict: 'inconclusive', reason: 'one-session-each', method: 'welch', p_holm: null });
    expect(found.hi!.toFixed(6)).toBe((1 / 1.822741).toFixed(6));
  });

  it('does not count sessions that were invalid, measured nothing, or loaded otherwise', () => {
    const invalid = {
      ...HISTORY[0]!,
      cells: HISTORY[0]!.cells.map((cell) => ({ ...cell, validity: 'invalid' as const })),
    };
    const other = {
      ...HISTORY[0]!,
      cells: HISTORY[0]!.cells.map((cell) => ({ ...cell, load: { ...cell.load, connections: 17 } })),
    };
    for (const odd of [invalid, other, session(null)])
      expect(check(baseline({ sessions: [...HISTORY.slice(1), odd] })).reason).toBe('one-session-each');
  });

  it('is inconclusive without a baseline, on another host, and where the baseline has no such cell', () => {
    expect(check(null).reason).toBe('no-baseline');
    expect(check(baseline({ host_digest: 'elsewhere' })).reason).toBe('other-host');
    expect(check(baseline(), { host_digest: 'elsewhere' }).reason).toBe('other-host');
    expect(check(baseline({ cells: [] })).reason).toBe('no-such-cell');
    const thinking = { ...stored(A).cell, think_time: '{"constant":1}' };
    expect(check(baseline({ cells: [thinking] })).reason).toBe('no-such-cell');
  });

  it('uses neither an invalid head nor an invalid baseline', () => {
    expect(check(baseline({ cells: [stored(A, { validity: 'invalid' }).cell] })).reason).toBe('invalid-cell');
    const invalid = rps('head', B, 16, { invalid: true });
    expect(firstCheck([invalid], { thresholds: [against], baseline: baseline() }).reason).toBe('invalid-cell');
  });
});

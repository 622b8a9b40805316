import { describe, expect, it } from 'vitest';
import type { Comparison, Results } from '../../src/core/results.ts';
import { calmCost, costOf, errorOf, iterationsFor, pilotFacts } from './calibration.ts';

const cpu = (change: Partial<Comparison>): Comparison => ({
  metric: 'server_cpu_ms_per_request',
  a: 'base',
  b: 'head',
  cell_a: 'base.w1.c16',
  cell_b: 'head.w1.c16',
  workers: 1,
  users: null,
  rate_rps: null,
  connections: 16,
  workload: 'search',
  ratio: 1.25,
  lo: 1.2,
  hi: 1.3,
  method: 'paired',
  margin: 0.03,
  verdict: 'faster',
  p_holm: 0.001,
  mde: null,
  bound: false,
  reason: null,
  ...change,
});

describe('what the head costs', () => {
  it('is its CPU per request by that of the base, whichever of the two the comparison names first', () => {
    expect(costOf({ comparisons: [cpu({})] })).toEqual({ ratio: 1.25, lo: 1.2, hi: 1.3 });
    const turned = cpu({ a: 'head', b: 'base', ratio: 0.8, lo: 0.75, hi: 0.9 });
    expect(costOf({ comparisons: [turned] })).toEqual({ ratio: 1.25, lo: 1 / 0.9, hi: 1 / 0.75 });
  });

  it('is not known where it could not be tested', () => {
    expect(costOf({ comparisons: [] })).toBeNull();
    expect(costOf({ comparisons: [cpu({ ratio: null, lo: null, hi: null, verdict: 'not-testable' })] })).toBeNull();
  });
});

describe('the iterations of a planted cost', () => {
  const probe = { iterations: 20_000, cost: { ratio: 1.5, lo: 1.49, hi: 1.51 } };

  it('are in proportion to those of the probe', () => {
    expect(iterationsFor(0.05, probe)).toBe(2_000);
    expect(iterationsFor(0.1, probe)).toBe(4_000);
  });

  it('are not taken from a probe that costs next to nothing', () => {
    expect(() => iterationsFor(0.05, { ...probe, cost: { ratio: 1.1, lo: 1, hi: 1.2 } })).toThrow(/plant more of them/);
  });
});

/** Six trials of either side, of which calibration reads side, CPU and whether they count; the first of the base was disturbed. */
function probed(disturbed: number): Pick<Results, 'cells' | 'trials'> {
  const side = (deployment: string, values: readonly number[]) =>
    values.map((value, i) => ({
      deployment,
      cell: `${deployment}.w1.c16`,
      block: i + 1,
      run: 1,
      usable: true,
      server_cpu_ms_per_request: value,
    }));
  const base = side('base', [disturbed, 0.99, 1.01, 0.99, 1.01, 0.99, 1.01]);
  const head = side('head', [1.485, 1.515, 1.485, 1.515, 1.485, 1.515]);
  const finding = { rule: 'noisy-host', severity: 'SUSPECT', cell: 'base.w1.c16', trial: '1/1' };
  const cells = [{ cell: 'base.w1.c16', findings: [finding] }];
  return { cells, trials: [...base, ...head] } as unknown as Pick<Results, 'cells' | 'trials'>;
}

describe('what the loop costs', () => {
  it('is read from trials that nothing disturbed', () => {
    const cost = calmCost([probed(3)]);
    expect(cost?.ratio).toBeCloseTo(1.5, 3);
    expect(cost).toEqual(calmCost([probed(1)]));
    // s = 0.01·√(6/5) of either side's ln x, t(.975, 10) = 2.228: 1.5·2.228·s·√(2/6) of 0.5.
    expect(cost === null ? null : errorOf(cost)).toBeCloseTo(0.0423, 3);
  });

  it('is known better from two experiments, and not at all from too few trials', () => {
    const [one, two] = [calmCost([probed(1)]), calmCost([probed(1), probed(1)])];
    expect(two === null || one === null ? null : errorOf(two) / errorOf(one)).toBeLessThan(0.75);
    const few = probed(1);
    expect(calmCost([{ ...few, trials: few.trials.slice(2) }])).toBeNull();
  });
});

/** Trials of which a pilot reads block, side, throughput, start and whether they may be used. */
function trials(values: readonly (readonly [base: number, head: number])[]): Results['trials'] {
  const rows = values.flatMap(([base, head], i) =>
    (
      [
        ['base', base],
        ['head', head],
      ] as const
    ).map(([deployment, throughput_rps], k) => ({
      deployment,
      block: i + 1,
      run: 1,
      throughput_rps,
      usable: true,
      started_at: new Date(1_000_000 + (2 * i + k) * 2_500).toISOString(),
    })),
  );
  return rows as unknown as Results['trials'];
}

describe('a pilot', () => {
  const logs = [0.01, -0.01, 0.02, -0.02];
  const of = trials(logs.map((d) => [1_000, 1_000 * Math.exp(d)]));

  it('says how much the ratio of a block varies, and what a run takes besides its windows', () => {
    const facts = pilotFacts({ trials: of }, 1, 30);
    expect(facts).toMatchObject({ window_s: 1, blocks: 4, trial_overhead_s: 1.5, fixed_s: 10 });
    // s of {.01, −.01, .02, −.02} = √(0.001 / 3)
    expect(facts.sd_ln).toBeCloseTo(Math.sqrt(0.001 / 3), 12);
  });

  it('counts only blocks of which both trials may be used', () => {
    const broken = of.map((trial, i) => (i === 0 ? { ...trial, usable: false } : trial));
    expect(pilotFacts({ trials: broken }, 1, 30).blocks).toBe(3);
  });

  it('is refused where too little of it counts', () => {
    const [first] = of;
    expect(() => pilotFacts({ trials: first === undefined ? [] : [first] }, 1, 30)).toThrow(/says nothing: too-few/);
  });
});

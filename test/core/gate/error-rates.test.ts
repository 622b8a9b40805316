import { describe, expect, it } from 'vitest';
import type { BaselineFacts } from '../../../src/core/gate/baseline.ts';
import type { GateCell } from '../../../src/core/gate/gate-cell.ts';
import { judgeThresholds } from '../../../src/core/gate/judge-thresholds.ts';
import { thresholdSchema } from '../../../src/core/gate/threshold.ts';
import type { ThresholdResult } from '../../../src/core/gate/verdict.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { repetitionsNeeded } from '../../../src/core/stats/design-power.ts';
import { connectionsCell } from '../../fixtures/cell-facts.ts';
import { gateCellOf, measured, shownOf } from '../../fixtures/gate-cell.ts';
import { storedOf } from '../../fixtures/stored-cell.ts';

const GATES = 2_000;
/** One side of α, and three standard errors of a share of so many gates. */
const MOST = 0.025 + 3 * Math.sqrt((0.025 * 0.975) / GATES);
/** The worst that is still allowed. */
const LIMIT = 1 / 1.03;

const draw = seededRandom(11, 'gates');
const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

type Verdict = ThresholdResult['verdict'];

function sharesOf(gate: () => Verdict): Record<Verdict, number> {
  const verdicts = Array.from({ length: GATES }, gate);
  const share = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length / GATES;
  return { passed: share('passed'), failed: share('failed'), inconclusive: share('inconclusive') };
}

const thresholdTo = (base: string) =>
  thresholdSchema.parse({ regression: { metric: 'throughput_rps', worse_by: 0.03, base, head: 'head' } });

function judge(cells: readonly GateCell[], base = 'base', baseline: BaselineFacts | null = null): Verdict {
  const [result] = judgeThresholds({ thresholds: [thresholdTo(base)], cells, host_digest: 'here', baseline });
  return result!.verdict;
}

interface InBlocks {
  readonly ratio: number;
  readonly cells?: number;
  readonly repetitions?: number;
  /** Of ln x: what both sides of a block share is much more than what they do not, as on real hosts. */
  readonly sd?: number;
}

function gateInBlocks({ ratio, cells = 1, repetitions = 5, sd = 0.03 }: InBlocks): Verdict {
  const pairs = Array.from({ length: cells }, (_, i) => {
    const blocks = Array.from({ length: repetitions }, () => 0.05 * normal());
    const side = (id: string, level: number) => {
      const values = blocks.map((block) => level * Math.exp(block + sd * normal()));
      return gateCellOf(connectionsCell(i + 1, 1, id), { throughput_rps: measured(values) });
    };
    return [side('base', 1_000), side('head', 1_000 * ratio)];
  });
  return judge(pairs.flat());
}

function gateAgainstStored(ratio: number, session_sd: number): Verdict {
  const cell = connectionsCell(16, 1, 'head');
  const session = (level: number) => {
    const own = session_sd * normal();
    return Array.from({ length: 5 }, () => level * Math.exp(own + 0.01 * normal()));
  };
  const history = Array.from({ length: 8 }, () => session(1_000));
  const sessions = history.map((values) => {
    const stored = storedOf(
      cell,
      { throughput_rps: values },
      { values: (metric) => (metric === 'throughput_rps' ? shownOf(values).value : null) },
    );
    return { experiment_id: 'exp_past', host_digest: 'here', cells: [stored.session] };
  });
  const about = { experiment_id: 'exp_base', ended_at: null, commit: null, host_digest: 'here' };
  const cells = [storedOf(cell, { throughput_rps: history[0]! }).cell];
  const head = gateCellOf(cell, { throughput_rps: measured(session(1_000 * ratio)) });
  return judge([head], 'series', { ...about, cells, sessions });
}

describe('of 2,000 seeded gates', () => {
  it('hardly any raises a false alarm where head and base are the same', () => {
    expect(sharesOf(() => gateInBlocks({ ratio: 1 })).failed).toBeLessThan(0.005);
    expect(sharesOf(() => gateInBlocks({ ratio: 1, sd: 0.2, repetitions: 3 })).failed).toBeLessThan(MOST);
  });

  it('at most 2.5 % fail, and at most 2.5 % pass, where the head is worse by exactly what is allowed', () => {
    const { failed, passed } = sharesOf(() => gateInBlocks({ ratio: LIMIT }));
    expect(failed).toBeLessThan(MOST);
    expect(passed).toBeLessThan(MOST);
  });

  it('no more fail with eight cells than with one', () => {
    expect(sharesOf(() => gateInBlocks({ ratio: LIMIT, cells: 8 })).failed).toBeLessThan(MOST);
  });

  it('no more fail against a stored baseline, however much sessions differ', () => {
    for (const session_sd of [0, 0.05])
      expect(sharesOf(() => gateAgainstStored(LIMIT, session_sd)).failed).toBeLessThan(MOST);
  });

  it('as many call a planted +5 % or +10 % slower as their design promises', () => {
    for (const [sd, effect, power] of [
      [0.008, 0.05, 0.9],
      [0.02, 0.1, 0.8],
    ] as const) {
      const spread = { design: 'paired', sd: sd * Math.SQRT2 } as const;
      const repetitions = repetitionsNeeded({ spread, margin: 0.03, effect, power, most: 100 })!;
      const { failed, passed } = sharesOf(() => gateInBlocks({ ratio: 1 / (1 + effect), repetitions, sd }));
      // Repetitions are whole, and the formula takes a shifted t for the noncentral one: at so few of them a few points off.
      expect(failed).toBeGreaterThan(power - 0.05);
      expect(failed).toBeLessThan(0.99);
      expect(passed).toBeLessThan(0.001);
    }
  });
});

import type { Side } from '../compare/side.ts';
import type { Metric } from '../metric.ts';
import { OVERLOADED_RULE } from '../validity/overloaded.ts';
import type { BaselineFacts } from './baseline.ts';
import { parseExpectation } from './expectation.ts';
import { regressionText } from './expected-text.ts';
import { type GateCell, gateSide, unusable } from './gate-cell.ts';
import { judgeExpectation } from './judge-expectation.ts';
import {
  type ComparedHead,
  compareInBlocks,
  compareWithStored,
  type HeadAndBase,
  judgeRegressions,
} from './regression.ts';
import { selectCells, selectorText } from './select-cells.ts';
import { storedBase } from './stored-base.ts';
import { SERIES_BASE, type Threshold } from './threshold.ts';
import { gateVerdict, type ThresholdCheck, type ThresholdResult } from './verdict.ts';

export interface GateFacts {
  readonly thresholds: readonly Threshold[];
  readonly cells: readonly GateCell[];
  /** Of the host that measured the cells; null: none did. */
  readonly host_digest: string | null;
  /** Null: the spec has no series, or none is pinned. */
  readonly baseline: BaselineFacts | null;
}

type Regression = NonNullable<Threshold['regression']>;

/** A check whose verdict waits for the others of its metric. */
interface OpenCheck {
  readonly kind: 'open';
  readonly of: Pick<ThresholdCheck, 'cell' | 'cell_base' | 'metric' | 'expected'>;
  readonly compared: ComparedHead | string;
}
type Check = { readonly kind: 'done'; readonly check: ThresholdCheck } | OpenCheck;

/** What became of each threshold of a spec, in its order. */
export function judgeThresholds(facts: GateFacts): ThresholdResult[] {
  const checks = facts.thresholds.map((threshold) => checksOf(threshold, facts));
  const open = checks.flat().filter((check) => check.kind === 'open');
  const judgements = judgeRegressions(open.map(({ compared }) => compared));
  const judged = new Map(open.map((check, i) => [check, judgements[i]]));
  return checks.map((own, i) => {
    const threshold = facts.thresholds[i];
    const done = own.flatMap((check): ThresholdCheck[] => {
      if (check.kind === 'done') return [check.check];
      const judgement = judged.get(check);
      return judgement === undefined ? [] : [{ ...check.of, ...judgement }];
    });
    return {
      id: threshold?.id ?? `T${i + 1}`,
      kind: threshold?.regression === undefined ? 'expect' : 'regression',
      verdict: verdictOf(done),
      checks: done,
    };
  });
}

/** A threshold that nothing was checked for has not been met. */
function verdictOf(checks: readonly ThresholdCheck[]): ThresholdResult['verdict'] {
  const verdict = gateVerdict(checks);
  return verdict === 'none' ? 'inconclusive' : verdict;
}

function checksOf(threshold: Threshold, facts: GateFacts): Check[] {
  const { regression, expect = [] } = threshold;
  return regression === undefined
    ? expect.flatMap((text) => expectChecks(text, threshold, facts.cells))
    : regressionChecks(regression, threshold, facts);
}

function expectChecks(text: string, threshold: Threshold, cells: readonly GateCell[]): Check[] {
  const parsed = parseExpectation(text);
  // Specs are parsed before they are stored.
  if (!parsed.ok) return [];
  const { expectation } = parsed;
  const selected = selectCells(threshold.cells, cells, expectation.metric);
  if (selected.length === 0) {
    const of = { cell: selectorText(threshold.cells), cell_base: null, metric: expectation.metric, expected: text };
    return [{ kind: 'open', of, compared: 'no-such-cell' }];
  }
  return selected.map((cell) => ({ kind: 'done', check: judgeExpectation(cell, expectation) }));
}

function regressionChecks(regression: Regression, threshold: Threshold, facts: GateFacts): Check[] {
  const { metric, head } = regression;
  const selector = { ...threshold.cells, deployment: head };
  // Capacity searches end at rates of their own: nothing else is the same load for head and base.
  const selected = selectCells(selector, facts.cells, metric).filter(
    ({ cell }) => metric === 'capacity_rps' || cell.load.kind !== 'capacity',
  );
  const expected = regressionText(regression);
  if (selected.length === 0) {
    const of = { cell: selectorText(selector), cell_base: null, metric, expected };
    return [{ kind: 'open', of, compared: 'no-such-cell' }];
  }
  return selected.map((cell) => {
    const { cell_base, compared } =
      regression.base === SERIES_BASE ? againstStored(cell, regression, facts) : inBlocks(cell, regression, facts);
    return { kind: 'open', of: { cell: cell.cell.cell, cell_base, metric, expected }, compared };
  });
}

type Against = Pick<OpenCheck, 'compared'> & Pick<ThresholdCheck, 'cell_base'>;

function inBlocks(head: GateCell, { metric, worse_by, base }: Regression, { cells }: GateFacts): Against {
  const other = cells.find(({ cell }) => cell.deployment === base && placeOf(cell) === placeOf(head.cell));
  if (other === undefined) return { cell_base: null, compared: 'no-such-cell' };
  const isBaseBound = other.metrics[metric].least !== undefined;
  const pair = pairOf(head, isBaseBound ? OVERLOADED_RULE : gateSide(other, metric), metric);
  const compared = typeof pair === 'string' ? pair : compareInBlocks(pair, metric, worse_by);
  return { cell_base: other.cell.cell, compared };
}

/**
 * Head and base of a comparison, or why there is none. Of an overloaded head only that it is worse may be said: its latencies are lower
 * bounds, and a base that kept up with the rate could have served more than it was asked for.
 */
function pairOf(head: GateCell, base: Side | string, metric: Metric): HeadAndBase | string {
  const side = gateSide(head, metric);
  const without = unusable(side, metric);
  if (without !== null) return without;
  if (typeof base === 'string') return base;
  if (head.metrics[metric].least !== undefined)
    return unusable(base, metric) ?? { head: side, base, onlyWorse: OVERLOADED_RULE };
  const reason = unusable(base, metric);
  if (reason === 'load-limited' && head.overloaded === true) return { head: side, base, onlyWorse: reason };
  return reason ?? { head: side, base, onlyWorse: null };
}

function placeOf({ workers, load, workload }: GateCell['cell']): string {
  return JSON.stringify([workers, load, workload]);
}

function againstStored(head: GateCell, { metric, worse_by }: Regression, facts: GateFacts): Against {
  const base = unusable(gateSide(head, metric), metric) ?? storedBase(head, metric, facts);
  if (typeof base === 'string') return { cell_base: null, compared: base };
  const pair = pairOf(head, base.side, metric);
  const options = { metric, margin: worse_by, spread: base.spread };
  return { cell_base: base.cell, compared: typeof pair === 'string' ? pair : compareWithStored(pair, options) };
}

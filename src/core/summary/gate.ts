import { judgeThresholds } from '../gate/judge-thresholds.ts';
import { SERIES_BASE, type Threshold } from '../gate/threshold.ts';
import { gateVerdict } from '../gate/verdict.ts';
import type { Baseline } from '../results.ts';
import type { Spec } from '../spec.ts';
import type { ExperimentFacts, Judgement } from './facts.ts';
import { gateCell } from './gate-cells.ts';
import type { JudgedCell } from './judged-cells.ts';

/** The spec's thresholds over the judged cells. While the experiment runs they stand as they are so far, without a verdict of them all. */
export function gateOf(facts: ExperimentFacts, cells: readonly JudgedCell[]): Judgement {
  // People and code hosts were told of it, and what it was compared with may be another baseline by now.
  if (facts.judged) return facts.judged;
  const asked = thresholdsOf(facts.spec);
  const thresholds = judgeThresholds({
    thresholds: asked,
    cells: asked.length === 0 ? [] : cells.map((cell) => gateCell(cell, facts.spec)),
    host_digest: facts.host?.digest ?? null,
    baseline: facts.baseline,
  });
  return {
    thresholds,
    verdict: facts.partial ? 'none' : verdictOf(facts, thresholds),
    baseline: asked.some(({ regression }) => regression?.base === SERIES_BASE) ? baselineOf(facts) : null,
  };
}

/** What ended before its end was stopped by somebody or something that may have seen how it went: a part of an experiment passes nothing. */
function verdictOf({ experiment }: ExperimentFacts, thresholds: Judgement['thresholds']): Judgement['verdict'] {
  const verdict = gateVerdict(thresholds);
  return verdict === 'passed' && experiment.status !== 'succeeded' ? 'inconclusive' : verdict;
}

/** Specs that were stored before there were thresholds have none. */
function thresholdsOf(spec: Partial<Spec>): readonly Threshold[] {
  return spec.thresholds ?? [];
}

function baselineOf({ baseline, host }: ExperimentFacts): Baseline | null {
  if (baseline === null) return null;
  const { experiment_id, ended_at, commit, host_digest, sessions } = baseline;
  const here = sessions.filter((session) => session.host_digest === host?.digest);
  return { experiment_id, ended_at, commit, host_digest, sessions: here.length };
}

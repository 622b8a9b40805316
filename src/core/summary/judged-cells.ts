import type { Finding } from '../finding.ts';
import { type Cell, levelOf } from '../matrix.ts';
import type { Metric } from '../metric.ts';
import type { Bottleneck, MetricValue } from '../results.ts';
import { mean } from '../stats/arithmetic.ts';
import { cellValidity, type Validity } from '../validity/cell-validity.ts';
import { type CellFacts, measured, type MeasuredTrial } from '../validity/facts.ts';
import { payloadAcrossTargets } from '../validity/payload-drift.ts';
import { cellFindings } from '../validity/rules.ts';
import { sameDraw } from '../validity/same-draw.ts';
import { silentDrop } from '../validity/silent-drop.ts';
import type { ExperimentFacts } from './facts.ts';
import type { JudgedTrial } from './judged-trials.ts';
import { metricValues, type UsableTrial } from './metric-value.ts';
import { labelTrials } from './label-trials.ts';

/** A cell with all that is derived of it. */
export interface JudgedCell {
  readonly cell: Cell;
  readonly trials: readonly JudgedTrial[];
  readonly usable: readonly UsableTrial[];
  readonly facts: CellFacts;
  readonly metrics: Record<Metric, MetricValue>;
  readonly bottleneck: Bottleneck | null;
  /** Of the cell and of its trials. */
  readonly findings: readonly Finding[];
  /** Null: none of its trials has been run, and they may still be. */
  readonly validity: Validity | null;
  /** All answers a second, mean over the trials that the label was made from; null when none was measured. */
  readonly answered_rps: number | null;
}

export function judgeCells(
  facts: ExperimentFacts,
  cells: readonly Cell[],
  judged: readonly JudgedTrial[],
): JudgedCell[] {
  const gathered = cells.map((cell) => gather(facts, cell, judged));
  const drops = silentDrop({
    schedule: facts.schedule,
    trials: judged.map(({ result }) => result),
    complete: !facts.partial && facts.experiment.status === 'succeeded' && facts.experiment.reason === null,
  });
  const of = gathered.map((g) => g.facts);
  const across = [...drops, ...payloadAcrossTargets(of), ...sameDraw(of)];
  return gathered.map((g) => {
    const findings = [
      ...cellFindings(g.facts),
      ...across.filter((finding) => finding.cell === g.cell.cell),
      ...g.trials.flatMap((trial) => trial.findings),
    ];
    const lower = lowerLevel(g, gathered);
    return {
      ...g,
      metrics: metricValues(g.usable),
      bottleneck: labelTrials(g.cell, g.labelled, lower?.answered_rps ?? null),
      findings,
      validity: g.trials.length === 0 && g.facts.remaining > 0 ? null : cellValidity(g.facts, findings),
    };
  });
}

interface Gathered extends Pick<JudgedCell, 'cell' | 'trials' | 'usable' | 'facts' | 'answered_rps'> {
  /** The usable trials, or where there are none all that measured something: an invalid cell shows what bound it. */
  readonly labelled: readonly MeasuredTrial[];
}

function gather(facts: ExperimentFacts, cell: Cell, judged: readonly JudgedTrial[]): Gathered {
  const trials = judged.filter((trial) => trial.result.cell === cell.cell);
  const counted = trials.filter((trial) => trial.counts);
  const usable = counted.flatMap(({ sound, metrics }) => (sound === null ? [] : [{ facts: sound, metrics }]));
  const labelled =
    usable.length > 0 ? usable.map((trial) => trial.facts) : trials.flatMap((trial) => measured(trial.facts) ?? []);
  return {
    cell,
    trials,
    usable,
    labelled,
    answered_rps: mean(labelled.map(({ load }) => load.answered_rps)),
    facts: {
      cell,
      spec: facts.spec,
      counted: counted.map((trial) => trial.facts),
      usable: usable.map((trial) => trial.facts),
      remaining: facts.partial ? Math.max(0, facts.spec.repetitions - counted.length) : 0,
    },
  };
}

/** The next lower level of the same family that is at most half of this one, same deployment and workers. */
export function lowerLevel<T extends { readonly cell: Cell }>(of: T, all: readonly T[]): T | undefined {
  const { cell } = of;
  const level = levelOf(cell.load);
  if (level === null) return undefined;
  return all
    .filter(
      ({ cell: c }) =>
        c.deployment === cell.deployment &&
        c.workers === cell.workers &&
        c.workload === cell.workload &&
        c.load.family === cell.load.family &&
        (levelOf(c.load) ?? Infinity) <= level / 2,
    )
    .reduce<T | undefined>(
      (best, c) => (best && (levelOf(best.cell.load) ?? 0) >= (levelOf(c.cell.load) ?? 0) ? best : c),
      undefined,
    );
}

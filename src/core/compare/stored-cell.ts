import { stepMs } from '../histogram.ts';
import { boundName, type Metric, METRICS } from '../metric.ts';
import type { Bottleneck, CellResult, Results, TrialRow } from '../results.ts';
import { mean } from '../stats/arithmetic.ts';
import { capacityStep } from '../stats/capacity-step.ts';
import { FAILURES_RULE } from '../validity/failures-change-population.ts';
import { type Loaded, requestsIn, thinkTimeIn } from './same-load.ts';
import type { Side } from './side.ts';

/** One metric of a cell as its usable trials gave it. */
export interface StoredValues {
  /** One per usable trial, in the unit of the metric; empty where `reason` says why there are none. */
  readonly values: readonly number[];
  /** Width of the bucket that the values were read from, in their unit; 0: they were not read from one. */
  readonly step: number;
  readonly reason: string | null;
}

/** A cell of an experiment as its results tell it, as far as one of another experiment is compared with it. */
export interface StoredCell extends Pick<CellResult, 'cell' | 'deployment' | 'workers' | 'load' | 'workload'>, Loaded {
  readonly think_time: string | null;
  readonly validity: CellResult['validity'];
  readonly bottleneck: Bottleneck | null;
  /** So many requests failed that latency is that of another population. */
  readonly failures: boolean;
  /** Percentiles, `mean`, `max` or `capacity` whose values are lower bounds. */
  readonly censored: readonly string[];
  readonly metrics: Readonly<Record<Metric, StoredValues>>;
}

/** The cells of an experiment with the values of their usable trials, read back from its results. */
export function storedCells(results: Results): StoredCell[] {
  const usable = Map.groupBy(
    results.trials.filter((trial) => trial.usable),
    (trial) => trial.cell,
  );
  return results.cells.map((cell) => storedCell(cell, usable.get(cell.cell) ?? [], results.experiment.spec));
}

function storedCell(cell: CellResult, trials: readonly TrialRow[], spec: Results['experiment']['spec']): StoredCell {
  const entries = METRICS.map((metric) => [metric, storedValues(cell, metric, trials, spec)]);
  return {
    cell: cell.cell,
    deployment: cell.deployment,
    workers: cell.workers,
    load: cell.load,
    workload: cell.workload,
    validity: cell.validity,
    bottleneck: cell.bottleneck,
    think_time: thinkTimeIn(spec, cell.load),
    requests: requestsIn(spec),
    failures: cell.findings.some((finding) => finding.rule === FAILURES_RULE),
    censored: cell.censored,
    metrics: Object.fromEntries(entries) as StoredCell['metrics'],
  };
}

function storedValues(
  cell: CellResult,
  metric: Metric,
  trials: readonly TrialRow[],
  spec: Results['experiment']['spec'],
): StoredValues {
  const values = trials.flatMap((trial) => trial[metric] ?? []);
  // One trial that hides its value hides the cell's; that the cell has too few for an interval is no such reason.
  const hidden = values.length < trials.length ? cell[metric].reason : null;
  const reason = values.length === 0 ? (cell[metric].reason ?? 'no-usable-trial') : hidden;
  return { values: reason === null ? values : [], step: stepOf(metric, values, spec['window_s']), reason };
}

/** As `summary/metric-value.ts` takes it: one answer a window for throughput, the histogram's bucket for percentiles. */
function stepOf(metric: Metric, values: readonly number[], window_s: unknown): number {
  if (metric === 'throughput_rps') return typeof window_s === 'number' && window_s > 0 ? 1 / window_s : 0;
  if (metric === 'capacity_rps') return capacityStep(mean(values) ?? 0);
  if (!metric.startsWith('latency_') || metric === 'latency_mean_ms') return 0;
  return stepMs(mean(values) ?? 0);
}

/** One metric of a stored cell as a side of comparisons. Its blocks are its own: they pair with nobody's. */
export function storedSide({ validity, bottleneck, failures, censored, metrics }: StoredCell, metric: Metric): Side {
  const { values, step, reason } = metrics[metric];
  const name = boundName(metric);
  return {
    invalid: validity === 'invalid',
    bottleneck,
    failures,
    of: {
      values: values.map((value, i) => ({ block: i + 1, value })),
      step,
      reason,
      censored: name !== null && censored.includes(name),
    },
  };
}

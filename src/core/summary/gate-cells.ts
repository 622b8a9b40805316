import { cellLoadOf } from '../cell-load.ts';
import { requestsIn, thinkTimeIn } from '../compare/same-load.ts';
import type { GateCell, GateMetric } from '../gate/gate-cell.ts';
import { latencyName, type Metric, METRICS } from '../metric.ts';
import type { Spec } from '../spec.ts';
import { mostlyOverloaded } from '../validity/overloaded.ts';
import { comparedValues, failuresChange } from './comparable-cells.ts';
import type { JudgedCell } from './judged-cells.ts';
import { geometric, stepOf } from './metric-value.ts';
import { isOverloaded, leastLatencies } from './trial-metrics.ts';

/** A judged cell as thresholds look at it. */
export function gateCell(judged: JudgedCell, spec: Spec): GateCell {
  const { cell, metrics, trials } = judged;
  const load = cellLoadOf(cell.load);
  const entries = METRICS.map((metric): [string, GateMetric] => [
    metric,
    { shown: metrics[metric], of: comparedValues(judged, metric), ...leastOf(judged, metric) },
  ]);
  return {
    cell,
    loaded: {
      workers: cell.workers,
      workload: cell.workload,
      load,
      think_time: thinkTimeIn(spec, load),
      requests: requestsIn(spec),
    },
    invalid: judged.validity === 'invalid',
    not_run: trials.every(({ result }) => result.state !== 'ok'),
    bottleneck: judged.bottleneck,
    overloaded: mostlyOverloaded(judged.facts.usable),
    failures: failuresChange(judged),
    metrics: Object.fromEntries(entries) as unknown as GateCell['metrics'],
  };
}

/** Of a latency that some trial has none of because it was overloaded: what it is at least. */
function leastOf(judged: JudgedCell, metric: Metric): Pick<GateMetric, 'least'> {
  if (latencyName(metric) === null || !judged.usable.some((trial) => isOverloaded(trial.metrics))) return {};
  const usable = judged.usable.map(({ facts, metrics }) => ({
    facts,
    metrics: isOverloaded(metrics) ? { ...metrics, ...leastLatencies(facts.load) } : metrics,
  }));
  const of = { ...comparedValues({ ...judged, usable }, metric), censored: true };
  const readings = usable.map((trial) => trial.metrics[metric]);
  return { least: { shown: geometric(readings, stepOf(metric, usable)), of } };
}

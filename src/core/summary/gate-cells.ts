import { cellLoadOf } from '../cell-load.ts';
import { requestsIn, thinkTimeIn } from '../compare/same-load.ts';
import type { GateCell, GateMetric } from '../gate/gate-cell.ts';
import { METRICS } from '../metric.ts';
import type { Spec } from '../spec.ts';
import { comparedValues, failuresChange } from './comparable-cells.ts';
import type { JudgedCell } from './judged-cells.ts';

/** A judged cell as thresholds look at it. */
export function gateCell(judged: JudgedCell, spec: Spec): GateCell {
  const { cell, metrics, trials } = judged;
  const load = cellLoadOf(cell.load);
  const entries = METRICS.map((metric): [string, GateMetric] => [
    metric,
    { shown: metrics[metric], of: comparedValues(judged, metric) },
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
    failures: failuresChange(judged),
    metrics: Object.fromEntries(entries) as unknown as GateCell['metrics'],
  };
}

import { type ComparableCell, COMPARED } from '../compare/comparable.ts';
import type { SideValues } from '../compare/side.ts';
import { boundName, type Metric } from '../metric.ts';
import { boundedIn } from '../validity/censored.ts';
import { FAILURES_RULE } from '../validity/failures-change-population.ts';
import type { JudgedCell } from './judged-cells.ts';
import { readingsOf, stepOf } from './metric-value.ts';

/** A judged cell as one side of comparisons. */
export function comparableCell(judged: JudgedCell): ComparableCell {
  const entries = COMPARED.map((metric) => [metric, comparedValues(judged, metric)]);
  return {
    cell: judged.cell,
    invalid: judged.validity === 'invalid',
    bottleneck: judged.bottleneck,
    failures: failuresChange(judged),
    metrics: Object.fromEntries(entries) as ComparableCell['metrics'],
  };
}

export function failuresChange({ findings }: Pick<JudgedCell, 'findings'>): boolean {
  return findings.some((finding) => finding.rule === FAILURES_RULE);
}

/** The usable values of a metric with the blocks they were measured in. */
export function comparedValues({ usable, facts }: JudgedCell, metric: Metric): SideValues {
  const { reason } = readingsOf(usable.map((trial) => trial.metrics[metric]));
  const values = usable.flatMap(({ facts: { result }, metrics }) => {
    const { value } = metrics[metric];
    return value === null ? [] : [{ block: result.block, value }];
  });
  const name = boundName(metric);
  return {
    values,
    step: stepOf(metric, usable),
    reason,
    censored: name !== null && boundedIn(facts).includes(name),
  };
}

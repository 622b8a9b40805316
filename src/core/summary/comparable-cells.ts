import { type ComparableCell, COMPARED, type ComparedMetric, type ComparedValues } from '../compare/comparable.ts';
import { censoredIn } from '../validity/censored.ts';
import { FAILURES_RULE } from '../validity/failures-change-population.ts';
import type { JudgedCell } from './judged-cells.ts';
import { readingsOf, stepOf } from './metric-value.ts';

const CENSORABLE: Readonly<Partial<Record<ComparedMetric, string>>> = {
  latency_mean_ms: 'mean',
  latency_p95_ms: 'p95',
};

/** A judged cell as one side of comparisons. */
export function comparableCell(judged: JudgedCell): ComparableCell {
  const entries = COMPARED.map((metric) => [metric, comparedValues(judged, metric)]);
  return {
    cell: judged.cell,
    invalid: judged.validity === 'invalid',
    bottleneck: judged.bottleneck,
    failures: judged.findings.some((finding) => finding.rule === FAILURES_RULE),
    metrics: Object.fromEntries(entries) as ComparableCell['metrics'],
  };
}

function comparedValues({ usable, facts }: JudgedCell, metric: ComparedMetric): ComparedValues {
  const { reason } = readingsOf(usable.map((trial) => trial.metrics[metric]));
  const values = usable.flatMap(({ facts: { result }, metrics }) => {
    const { value } = metrics[metric];
    return value === null ? [] : [{ block: result.block, value }];
  });
  const name = CENSORABLE[metric];
  return {
    values,
    step: stepOf(metric, usable),
    reason,
    censored: name !== undefined && censoredIn(facts).includes(name),
  };
}

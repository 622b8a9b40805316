import { NOTHING } from '../audit-report.ts';
import type { RuleOutcome } from '../audit-report.ts';
import { errorRate } from '../../stats/error-rate.ts';
import { cellsOf, metricOf } from '../study-cells.ts';
import type { Study } from '../study.ts';
import { cellName, figure, listed, rounded } from '../wording.ts';

const RULE = 'failures-change-population';

/** Above this share of failures, by the lower bound of its interval, latencies are those of another population. */
const MATTERS = 0.01;

/** Latencies of cells in which many requests failed are not comparable with those in which none did. */
export function failures(study: Study): RuleOutcome {
  const duration = study.design.duration_s_min;
  const cells = cellsOf(study).filter((cell) => metricOf(cell, 'error_rate_pct') !== null);
  if (cells.length === 0) return { ...NOTHING, not_run: [{ rule: RULE, reason: 'no row gives an error rate' }] };
  if (duration === null)
    return { ...NOTHING, not_run: [{ rule: RULE, reason: 'no duration is declared, so requests cannot be counted' }] };
  const many = cells.flatMap((cell) => {
    const printed = metricOf(cell, 'error_rate_pct')?.value ?? 0;
    const total = Math.round((metricOf(cell, 'throughput_rps')?.value ?? 0) * duration);
    const rate = errorRate([{ failed: Math.round((total * printed) / 100), total }]);
    return rate.ok && rate.lo > MATTERS ? [{ cell, printed, lo: rate.lo }] : [];
  });
  const fine = cells.length - many.length;
  return {
    findings:
      many.length === 0
        ? []
        : [
            {
              rule: RULE,
              severity: 'SUSPECT',
              tables: [...new Set(many.flatMap(({ cell }) => cell.tables))],
              rows: many.map(({ cell }) => cellName(cell)),
              evidence: Object.fromEntries(
                many.map(({ cell, lo }) => [
                  `${cell.deployment}_${cell.workers ?? 0}w_${cell.users ?? 0}u_at_least_pct`,
                  rounded(100 * lo, 3),
                ]),
              ),
              says:
                `${listed(many.map(({ cell, printed }) => `${figure(printed)} % of the requests of ${cellName(cell)}`))} failed, and ` +
                'whether their times are in the latencies is not said: time-outs lengthen, quick refusals shorten a mean.',
              remedy:
                'Report latencies of successful requests, failures by kind, and compare latency only where both are rare.',
            },
          ],
    checked:
      fine === 0
        ? []
        : [{ rule: RULE, says: `In ${fine} of ${cells.length} rows failures are too rare to shift latencies.` }],
    not_run: [],
  };
}

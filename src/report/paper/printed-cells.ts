import { EXAMPLE_STUDY } from '../../core/audit/example-study.ts';
import { impliedRow } from '../../core/audit/implied-load.ts';
import { findCell, metricOf, type StudyCell } from '../../core/audit/study-cells.ts';
import { studySchema } from '../../core/audit/study.ts';
import type { StudyMetric } from '../../core/audit/study-row.ts';
import type { Metric } from '../../core/metric.ts';
import type { CellResult } from '../../core/results.ts';

/** What the published study printed of a cell that this experiment measured too. */
export interface PrintedCell {
  readonly cell: CellResult;
  /** "Table 5, Table 4". */
  readonly tables: readonly string[];
  /** In the metric's own unit, with the decimals it was printed with; null where nothing was printed. */
  readonly printed: (metric: Metric) => PrintedValue | null;
  /** The think time that the printed rate and latency imply (s). */
  readonly think_time_implied_s: number | null;
}

export interface PrintedValue {
  readonly value: number;
  readonly text: string;
}

const STUDY_METRICS: Readonly<Partial<Record<Metric, { readonly metric: StudyMetric; readonly factor: number }>>> = {
  throughput_rps: { metric: 'throughput_rps', factor: 1 },
  latency_mean_ms: { metric: 'latency_mean_ms', factor: 1 },
  latency_p50_ms: { metric: 'latency_p50_ms', factor: 1 },
  latency_p95_ms: { metric: 'latency_p95_ms', factor: 1 },
  error_rate: { metric: 'error_rate_pct', factor: 0.01 },
};

/** The study's mean think time (s): its users waited 1 to 2 s. */
const THINK_TIME_MEAN_S = 1.5;

/** Its own name for a deployment, recognised by what was run and not by what the spec calls it. */
function studyDeployment(cell: CellResult): string | null {
  if (cell.server !== 'uvicorn') return null;
  if (cell.target === 'fastapi') return 'fastapi';
  return cell.target === 'django' && cell.interface !== null ? `django-${cell.interface}` : null;
}

/** The cells of these results that the published study printed, in the results' order. */
export function printedCells(cells: readonly CellResult[]): PrintedCell[] {
  const study = studySchema.parse(EXAMPLE_STUDY);
  return cells.flatMap((cell) => {
    const deployment = studyDeployment(cell);
    const { users, think_time_mean_s } = cell.load;
    if (deployment === null || users === null || think_time_mean_s !== THINK_TIME_MEAN_S) return [];
    const found = findCell(study, { deployment, workers: cell.workers, users });
    if (found === null) return [];
    const implied = impliedRow(found, study.design);
    return [
      {
        cell,
        tables: found.tables,
        printed: (metric: Metric) => printedValue(found, metric),
        think_time_implied_s: implied?.think_time_implied_s ?? null,
      },
    ];
  });
}

function printedValue(found: StudyCell, metric: Metric): PrintedValue | null {
  const known = STUDY_METRICS[metric];
  const printed = known === undefined ? null : metricOf(found, known.metric);
  if (known === undefined || printed === null) return null;
  const text = printed.value.toFixed(printed.decimals).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
  return { value: printed.value * known.factor, text };
}

import { type Metric, METRICS } from '../../core/metric.ts';
import { type CellResult } from '../../core/results.ts';
import type { CsvColumn } from './table.ts';

const IDENTITY: readonly CsvColumn<CellResult>[] = [
  { name: 'cell', value: (c) => c.cell },
  { name: 'deployment', value: (c) => c.deployment },
  { name: 'target', value: (c) => c.target },
  { name: 'server', value: (c) => c.server },
  { name: 'interface', value: (c) => c.interface },
  { name: 'workers', value: (c) => c.workers },
  { name: 'model', value: (c) => c.load.model },
  { name: 'users', value: (c) => c.load.users },
  { name: 'connections', value: (c) => c.load.connections },
  { name: 'think_time_mean_s', value: (c) => c.load.think_time_mean_s },
  { name: 'ramp_users_per_s', value: (c) => c.load.ramp_users_per_s },
  { name: 'family', value: (c) => c.load.family },
  { name: 'workload', value: (c) => c.workload },
  { name: 'n', value: (c) => c.n },
];

/** `throughput_rps` is the value; its interval, spread and the reason for a gap stand beside it. */
function metricColumns(metric: Metric): CsvColumn<CellResult>[] {
  return [
    { name: metric, value: (c) => c[metric].value },
    { name: `${metric}_lo`, value: (c) => c[metric].lo },
    { name: `${metric}_hi`, value: (c) => c[metric].hi },
    { name: `${metric}_sd`, value: (c) => c[metric].sd },
    { name: `${metric}_cv`, value: (c) => c[metric].cv },
    { name: `${metric}_reason`, value: (c) => c[metric].reason },
  ];
}

const JUDGEMENT: readonly CsvColumn<CellResult>[] = [
  { name: 'validity', value: (c) => c.validity },
  { name: 'bottleneck', value: (c) => c.bottleneck },
  { name: 'censored', value: (c) => c.censored.join(' ') },
  { name: 'findings', value: (c) => [...new Set(c.findings.map((finding) => finding.rule))].join(' ') },
];

/** Of open loads and capacity searches, which came later. Stages are told as JSON tells them: a list of rates and lengths. */
const OPEN: readonly CsvColumn<CellResult>[] = [
  { name: 'rate_rps', value: (c) => c.load.rate_rps },
  { name: 'arrivals', value: (c) => c.load.arrivals },
  { name: 'stages', value: (c) => (c.load.stages === null ? null : JSON.stringify(c.load.stages)) },
  { name: 'limit_quantile', value: (c) => c.load.limit?.quantile ?? null },
  { name: 'limit_latency_ms', value: (c) => c.load.limit?.latency_ms ?? null },
  { name: 'limit_error_rate', value: (c) => c.load.limit?.error_rate ?? null },
  { name: 'pool_connections', value: (c) => c.load.pool?.connections ?? null },
  { name: 'pool_max_connections', value: (c) => c.load.pool?.max_connections ?? null },
  ...metricColumns('capacity_rps'),
];

/** A row per cell. Columns are only ever appended. */
export const CELL_COLUMNS: readonly CsvColumn<CellResult>[] = [
  ...IDENTITY,
  ...METRICS.filter((metric) => metric !== 'capacity_rps').flatMap(metricColumns),
  ...JUDGEMENT,
  ...OPEN,
];

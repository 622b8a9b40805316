import type { TrialRow } from '../../core/results.ts';
import type { CsvColumn } from './table.ts';

/** The order of the columns of the `trials` view; new ones go to the end. */
const NAMES = [
  'id',
  'cell',
  'deployment',
  'workers',
  'users',
  'connections',
  'block',
  'run',
  'position',
  'state',
  'step',
  'reason',
  'says',
  'usable',
  'started_at',
  'requests',
  'ok',
  'failed',
  'throughput_rps',
  'answered_rps',
  'latency_mean_ms',
  'latency_p50_ms',
  'latency_p90_ms',
  'latency_p95_ms',
  'latency_p99_ms',
  'latency_max_ms',
  'service_p50_ms',
  'error_rate',
  'server_cpu_ms_per_request',
  'server_rss_peak_mb',
  'generator_busy',
  'sched_lag_p99_ms',
  'void',
  'bottleneck',
  'ready_ms',
  'rate_rps',
  'capacity_rps',
] as const satisfies readonly (keyof TrialRow)[];

/** A row per run of a cell in a block. */
export const TRIAL_COLUMNS: readonly CsvColumn<TrialRow>[] = NAMES.map((name) => ({ name, value: (t) => t[name] }));

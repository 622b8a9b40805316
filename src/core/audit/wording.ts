import type { CellRef, StudyMetric } from './study-row.ts';

/** `1 worker`; nothing where the study prints none. */
function workersOf({ workers }: Pick<CellRef, 'workers'>): readonly string[] {
  return workers === null ? [] : [counted(workers, 'worker')];
}

/** `fastapi, 1 worker`. */
export function deploymentName(cell: Pick<CellRef, 'deployment' | 'workers'>): string {
  return [cell.deployment, ...workersOf(cell)].join(', ');
}

/** `1 worker, 100 users`. */
export function loadName(cell: Pick<CellRef, 'workers' | 'users'>): string {
  return [...workersOf(cell), cell.users === null ? 'mean over levels' : `${cell.users} users`].join(', ');
}

/** `fastapi, 1 worker, 100 users`. */
export function cellName(cell: CellRef): string {
  return `${cell.deployment}, ${loadName(cell)}`;
}

const NAMES: Readonly<Record<StudyMetric, string>> = {
  throughput_rps: 'throughput',
  latency_mean_ms: 'mean latency',
  latency_min_ms: 'least latency',
  latency_p50_ms: 'median latency',
  latency_p90_ms: 'p90 latency',
  latency_p95_ms: 'p95 latency',
  latency_p99_ms: 'p99 latency',
  latency_max_ms: 'largest latency',
  error_rate_pct: 'error rate',
};

export function metricName(metric: StudyMetric): string {
  return NAMES[metric];
}

export function unitOf(metric: StudyMetric): string {
  if (metric === 'throughput_rps') return 'requests/s';
  return metric === 'error_rate_pct' ? '%' : 'ms';
}

export function higherIsBetter(metric: StudyMetric): boolean {
  return metric === 'throughput_rps';
}

/** At most `decimals` decimals, thousands grouped, without zeros at the end: 2,941 and 0.07. */
export function figure(value: number, decimals = 2): string {
  const [whole = '0', fraction = ''] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  const rest = fraction.replace(/0+$/, '');
  const text = rest === '' ? grouped : `${grouped}.${rest}`;
  return value < 0 && text !== '0' ? `−${text}` : text;
}

/** `2.3–2.5`; one figure where both print alike. */
export function span(lo: number, hi: number, decimals = 2): string {
  const [from, to] = [figure(lo, decimals), figure(hi, decimals)];
  return from === to ? from : `${from}–${to}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** `1 row`, `3 rows`. */
export function counted(n: number, word: string, plural: string = `${word}s`): string {
  return `${n} ${n === 1 ? word : plural}`;
}

/** Evidence is kept to the digits that mean something. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toPrecision(digits));
}

import { median } from '../../../validity/median.ts';
import { msText, percent } from './figures.ts';
import type { Judged } from '../proof.ts';

/** One pair of runs, ours and another tool's, with the same connections against the same server. */
export interface Pair {
  readonly connections: number;
  readonly ours_rps: number;
  readonly ours_mean_ms: number;
  readonly other_rps: number;
}

const ALLOWED = 0.03;

/**
 * Requests/s of both, and our mean against N/X of the other: by Little's law the true mean of a closed loop, which wrk's printed one
 * is not (it adds samples for what it thinks it missed). Medians over the pairs.
 */
export function judgeBeside(pairs: readonly Pair[]): Judged {
  const rate = median(pairs.map(({ ours_rps, other_rps }) => ours_rps / other_rps));
  const cycle = ({ connections, other_rps }: Pair): number => (1000 * connections) / other_rps;
  const mean = median(pairs.map((pair) => pair.ours_mean_ms / cycle(pair)));
  const own = median(pairs.map((pair) => pair.ours_mean_ms));
  return {
    passed: Math.abs(rate - 1) <= ALLOWED && Math.abs(mean - 1) <= ALLOWED,
    figures: `${pairs.length} pairs: requests/s ${percent(rate - 1)} off (${median(pairs.map((pair) => pair.ours_rps)).toFixed(1)} to ${median(pairs.map((pair) => pair.other_rps)).toFixed(1)}), mean ${msText(own)} ${percent(mean - 1)} off N/X`,
  };
}

/** `Requests/sec: 123.45` of wrk's report. */
export function wrkRps(report: string): number {
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1] ?? Number.NaN);
}

interface LocustRow {
  readonly num_requests: number;
  readonly num_failures: number;
  readonly start_time: number;
  readonly last_request_timestamp: number;
}

/** Of `locust --json --reset-stats`: its rows count from when the last user had come. NaN when there is none, or a request failed. */
export function locustRps(json: string): number {
  const [row] = JSON.parse(json) as LocustRow[];
  if (row === undefined || row.num_failures > 0) return Number.NaN;
  return row.num_requests / (row.last_request_timestamp - row.start_time);
}

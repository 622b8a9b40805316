import { median } from './median.ts';
import type { Run } from './tools/tool.ts';

/** A run, and what its server was doing. */
export interface Round extends Run {
  /** CPU seconds of the server per second, without the first second; near 1 the server was the limit, not the generator. */
  readonly server_busy: number;
}

/** One load generator over all rounds. */
export interface Row {
  readonly tool: string;
  /** Medians over the rounds. */
  readonly rps: number;
  readonly cpu_us_per_request: number;
  readonly memory_peak_mb: number;
  readonly server_busy: number;
  /** Over the rounds, of the base's requests/s divided by this tool's in the same round. */
  readonly base_by_this: { readonly median: number; readonly lowest: number; readonly highest: number };
}

/** `runs`: of each tool one run a round, in order. Ratios are taken round by round, so that a slow minute of the host hits both. */
export function summarise(runs: ReadonlyMap<string, readonly Round[]>, base: string): Row[] {
  const own = runs.get(base) ?? [];
  return [...runs].map(([tool, done]) => {
    const ratios = done.map((run, round) => (own[round]?.rps ?? Number.NaN) / run.rps);
    return {
      tool,
      rps: median(done.map((run) => run.rps)),
      cpu_us_per_request: median(done.map((run) => run.cpu_us_per_request)),
      memory_peak_mb: median(done.map((run) => run.memory_peak_mb)),
      server_busy: median(done.map((run) => run.server_busy)),
      base_by_this: { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) },
    };
  });
}

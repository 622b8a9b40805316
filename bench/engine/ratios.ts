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
  /** Of all rounds. */
  readonly rounds: number;
  readonly void_rounds: number;
  /** Medians over the rounds that were not void; NaN where all were. */
  readonly rps: number;
  readonly cpu_us_per_request: number;
  readonly memory_peak_mb: number;
  readonly server_busy: number;
  /** Of the base's requests/s divided by this tool's in the same round, over the `pairs` of which neither was void; NaN of none. */
  readonly base_by_this: {
    readonly pairs: number;
    readonly median: number;
    readonly lowest: number;
    readonly highest: number;
  };
}

/** `runs`: of each tool one run a round, in order. Ratios are taken round by round, so that a slow minute of the host hits both. */
export function summarise(runs: ReadonlyMap<string, readonly Round[]>, base: string): Row[] {
  const own = runs.get(base) ?? [];
  return [...runs].map(([tool, done]) => {
    const good = done.filter((run) => !run.void);
    return {
      tool,
      rounds: done.length,
      void_rounds: done.length - good.length,
      rps: median(good.map((run) => run.rps)),
      cpu_us_per_request: median(good.map((run) => run.cpu_us_per_request)),
      memory_peak_mb: median(good.map((run) => run.memory_peak_mb)),
      server_busy: median(good.map((run) => run.server_busy)),
      base_by_this: ratiosOf(own, done),
    };
  });
}

function ratiosOf(own: readonly Round[], others: readonly Round[]): Row['base_by_this'] {
  const ratios = others.flatMap((run, round) => {
    const ours = own[round];
    return ours === undefined || ours.void || run.void ? [] : [ours.rps / run.rps];
  });
  const [lowest, highest] = ratios.length === 0 ? [Number.NaN, Number.NaN] : [Math.min(...ratios), Math.max(...ratios)];
  return { pairs: ratios.length, median: median(ratios), lowest, highest };
}

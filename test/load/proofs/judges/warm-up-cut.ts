import type { Judged } from '../proof.ts';

/**
 * The requests of the warm-up take `warmup_ms`, those of the window next to nothing, its first and its last one `edge_ms`: much less
 * than those of the warm-up, much more than any stall.
 */
export interface CutFacts {
  readonly planned: { readonly warmup: number; readonly window: number };
  readonly requests: number;
  readonly sent_total: number;
  /** Of the recorded latencies: all, those of more than half of `edge_ms`, those of more than half of `warmup_ms`. */
  readonly samples: number;
  readonly above_edge: number;
  readonly above_warmup: number;
}

export function judgeCut(facts: CutFacts): Judged {
  const { planned, requests, sent_total, samples, above_edge, above_warmup } = facts;
  const isWhole =
    requests === planned.window && samples === planned.window && sent_total === planned.warmup + planned.window;
  return {
    passed: isWhole && above_edge === 2 && above_warmup === 0,
    figures: `${samples} latencies of ${planned.window} planned, ${sent_total - requests} of ${planned.warmup} left out; of the window's first and last ${above_edge}, of the warm-up ${above_warmup}`,
  };
}

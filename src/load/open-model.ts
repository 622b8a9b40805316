import type { Stage } from '../core/load-plan.ts';

/** What an open model decides: when requests are planned, and how many connections they may share. */
export interface OpenModel {
  readonly arrivals: 'constant' | 'poisson';
  /** Opened before the first arrival. */
  readonly connections: number;
  /** When so many are taken, a request waits for one. */
  readonly maxConnections: number;
  /** Warm-up and window are planned apart: what the window gets does not depend on the length of the warm-up. */
  readonly warmup: readonly Stage[];
  readonly window: readonly Stage[];
}

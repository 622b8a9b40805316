import type { Judged } from '../proof.ts';
import { isWithin, type QuantileError, judgeQuantiles } from './quantile-errors.ts';

/** A server that stood still once, asked at a constant rate. */
export interface Stall {
  /** How long it stood still (s). */
  readonly stall_s: number;
  /** How long it was asked (s). */
  readonly total_s: number;
  /** Its utilisation: rate × service time. */
  readonly utilisation: number;
}

/**
 * The quantile of the latencies in ms. A request planned x after the stop waits S − x until the server goes on, and ρx for those
 * before it: S − (1 − ρ)x. So they are spread evenly over (0, S] for all planned within S/(1 − ρ) of the stop, the T of the whole
 * run: p(q) = S − (1 − q)(1 − ρ)T for q > 1 − S/((1 − ρ)T). Null below that.
 */
export function stallQuantileMs({ stall_s, total_s, utilisation }: Stall, q: number): number | null {
  const reach = (1 - utilisation) * total_s;
  return q > 1 - stall_s / reach ? 1000 * (stall_s - (1 - q) * reach) : null;
}

const QUANTILES = [0.99, 0.999, 1] as const;
const ALLOWED = 0.05;

export interface StallFacts extends Stall {
  readonly planned: number;
  readonly requests: number;
  readonly failed: number;
  /** Quantile in ms of the latency, from the planned time. */
  readonly latency: (q: number) => number;
  /** The same of the service, shown beside it: what a generator that waits for its answers would call latency. */
  readonly service: (q: number) => number;
}

export function judgeStall(facts: StallFacts): Judged {
  const errors = QUANTILES.map((q): QuantileError => {
    const truth_ms = stallQuantileMs(facts, q) ?? Number.NaN;
    return { q, truth_ms, measured_ms: facts.latency(q), allowed_ms: ALLOWED * truth_ms };
  });
  const { planned, requests, failed } = facts;
  const isWhole = requests === planned && failed === 0;
  const counts = `${requests} of ${planned} requests, ${failed} failed`;
  const beside = QUANTILES.map((q) => facts.service(q).toFixed(0)).join(' / ');
  const situation = `${facts.stall_s.toFixed(3)} s of ${facts.total_s} s at ρ ${facts.utilisation.toFixed(3)}`;
  return {
    passed: isWhole && errors.every(isWithin),
    figures: `${situation}: ${judgeQuantiles(errors).figures}; ${counts}; service alone ${beside} ms`,
  };
}

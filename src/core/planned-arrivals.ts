import type { Stage } from './load-plan.ts';

/** Requests that a stage plans: the integral of its rate, rounded. A run at one rate is one stage. */
export function arrivalsOf({ from_rps, to_rps, for_s }: Stage): number {
  return Math.round(((from_rps + to_rps) / 2) * for_s);
}

/** Why stages may not be a window: together they plan nothing, and of nothing everything goes well. Null: they plan something. */
export function noArrivals(stages: readonly Stage[]): string | null {
  if (stages.some((stage) => arrivalsOf(stage) > 0)) return null;
  return 'these ask for nothing: a stage plans its mean rate times its length, rounded. Raise a rate, or make a stage longer';
}

/** The same of one rate through a window. */
export function noArrivalsAt(rate_rps: number, window_s: number): string | null {
  if (noArrivals([{ from_rps: rate_rps, to_rps: rate_rps, for_s: window_s }]) === null) return null;
  return `${rate_rps} requests/s through a window of ${window_s} s plan no request: raise the rate, or make the window longer`;
}

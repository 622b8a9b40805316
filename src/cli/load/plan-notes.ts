import type { CapacityLimit, LoadPlan } from '../../core/load-plan.ts';
import { countText, numberText } from '../../core/number-text.ts';
import { normalQuantile } from '../../core/stats/normal.ts';

/** A step of a search whose window is too short to judge it gets one of twice the length. */
const LONGEST_WINDOWS = 2;

/** What can be run as it is, but will hardly show what is hoped for: a line each. */
export function notesOn(plan: LoadPlan, cores: number): string[] {
  const { threads = 1 } = plan;
  const crowded = `${countText(threads, 'thread')} on ${countText(cores, 'core')} take turns, which makes all of them late`;
  return [...(threads > cores ? [crowded] : []), ...windowNotes(plan)];
}

function windowNotes({ model, window_s }: LoadPlan): string[] {
  if (model.kind !== 'capacity') return [];
  const needed = leastRequests(model.limit);
  const longest_s = LONGEST_WINDOWS * window_s;
  if (model.start_rps * longest_s >= needed) return [];
  const seconds = numberText(Math.ceil(needed / model.start_rps));
  return [
    `a step cannot pass with fewer than ${numberText(needed)} requests, which take ${seconds} s at the start rate; ` +
      `its window lasts ${numberText(longest_s)} s at most (--duration, --start-rate, --error-limit)`,
  ];
}

/** So many requests must go well before Wilson's upper bound for none, z²/(n + z²), is within both limits. */
function leastRequests({ quantile, error_rate }: CapacityLimit): number {
  const share = Math.min(1 - quantile, error_rate);
  return Math.ceil((normalQuantile(0.975) ** 2 * (1 - share)) / share);
}

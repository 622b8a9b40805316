import type { LoadResult } from '../../core/load-result.ts';
import { countText, numberText } from '../../core/number-text.ts';
import { requestsPerIteration } from '../../core/validity/per-request.ts';

/** What the load was: "50 connections, closed loop, 10 s after 1 s of warm-up". */
export function modelText(result: LoadResult): string {
  const parts = [...ofModel(result), windowText(result)];
  if (result.threads > 1) parts.push(countText(result.threads, 'thread'));
  if (result.driver === 'undici') parts.push('driver undici');
  return parts.join(', ');
}

function ofModel(result: LoadResult): string[] {
  const { model, users, connections, think_time_mean_s: think } = result;
  if (model === 'connections') return [countText(connections, 'connection'), 'closed loop'];
  if (model === 'users') {
    const thinking = think === null ? [] : [`thinking ${numberText(think)} s on average`];
    return [countText(users ?? connections, 'user'), ...thinking];
  }
  const rate = rateText(result);
  return [model === 'rate' ? rate : `stages of ${rate} on average`, arrivalsText(result)];
}

/** Whether an iteration may be something else than one and the same request: of a list, or of a sequence whose steps have one name. */
export function isOfIterations(result: LoadResult): boolean {
  return result.by_request !== undefined || requestsPerIteration(result) > 1;
}

/** What a rate counts. */
export function rateUnit(result: LoadResult): string {
  return isOfIterations(result) ? 'iterations/s' : 'requests/s';
}

function rateText(result: LoadResult): string {
  return `${numberText(result.rate_rps ?? 0)} ${rateUnit(result)}`;
}

export function arrivalsText({ arrivals }: LoadResult): string {
  return arrivals === 'poisson' ? 'Poisson arrivals' : 'constant arrivals';
}

function windowText({ model, duration_s, warmup_s, ramp_s }: LoadResult): string {
  const whole = model === 'stages' ? ' (all stages)' : '';
  const ramp = model === 'users' ? ` and ${numberText(ramp_s)} s of ramp` : '';
  return `${numberText(duration_s)} s${whole} after ${numberText(warmup_s)} s of warm-up${ramp}`;
}

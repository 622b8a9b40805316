import type { LoadResult } from '../load-result.ts';
import { mannKendall } from '../stats/mann-kendall.ts';

/** How the requests in flight went over the seconds of a window. */
export interface InFlight {
  /** In the first and in the last second. */
  readonly first: number;
  readonly last: number;
  /** Mann–Kendall over the seconds, two-sided; null: too few of them, or all equal. */
  readonly p: number | null;
  /** Pairs of seconds that rise less pairs that fall. */
  readonly s: number;
}

/** Of open models, whose arrivals do not wait; null of the others, and of a capacity search, whose best step has met its limit. */
export function inFlightOf({
  model,
  capacity,
  seconds,
}: Pick<LoadResult, 'model' | 'capacity' | 'seconds'>): InFlight | null {
  if (capacity !== undefined || (model !== 'rate' && model !== 'stages')) return null;
  const counts = seconds.filter(({ phase }) => phase === 'window').map(({ in_flight }) => in_flight);
  const [first] = counts;
  const last = counts.at(-1);
  if (first === undefined || last === undefined) return null;
  const trend = mannKendall(counts);
  return { first, last, p: trend?.p ?? null, s: trend?.s ?? 0 };
}

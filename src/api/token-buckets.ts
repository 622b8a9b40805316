import type { Allowance, RateLimiter } from './rate-limiter.ts';

/** Ten a second on average, and all of them at once: a script that lists and reads is not stopped, a loop without a pause is. */
export const REQUESTS_PER_MINUTE = 600;
/**
 * So many keys and addresses are told apart, at about 100 bytes each. The one that was not seen for longest is forgotten, and
 * begins with a full bucket when it comes again.
 */
const MAX_BUCKETS = 10_000;

interface Bucket {
  tokens: number;
  /** When `tokens` was right (ms). */
  at: number;
}

interface BucketOptions {
  readonly per_minute: number;
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number;
  readonly max_buckets?: number;
}

/** A token bucket per asker, in the memory of this process: `per_minute` tokens at first and at most, refilled evenly. */
export function createTokenBuckets({ per_minute, now, max_buckets = MAX_BUCKETS }: BucketOptions): RateLimiter {
  // In the order in which they were last seen.
  const buckets = new Map<string, Bucket>();
  const perMs = per_minute / 60_000;
  const filledAt = (at: number, known: Bucket | undefined) =>
    known === undefined ? per_minute : Math.min(per_minute, known.tokens + (at - known.at) * perMs);
  const allowance = (allowed: boolean, tokens: number): Allowance => ({
    allowed,
    retry_after_s: allowed ? 0 : secondsOf((1 - tokens) / perMs),
    remaining: Math.floor(tokens),
    full_in_s: secondsOf((per_minute - tokens) / perMs),
  });
  const take = (who: string): Allowance => {
    const at = now();
    const filled = filledAt(at, buckets.get(who));
    const allowed = filled >= 1;
    const tokens = allowed ? filled - 1 : filled;
    buckets.delete(who);
    buckets.set(who, { tokens, at });
    const oldest = buckets.keys().next();
    if (buckets.size > max_buckets && !oldest.done) buckets.delete(oldest.value);
    return allowance(allowed, tokens);
  };
  const spent = (who: string): Allowance | null => {
    const filled = filledAt(now(), buckets.get(who));
    return filled >= 1 ? null : allowance(false, filled);
  };
  return { policy: `"default";q=${per_minute};w=60`, take: (who) => Promise.resolve(take(who)), spent };
}

/** Whole seconds, rounded up: who comes back then is not refused again. */
function secondsOf(ms: number): number {
  return Math.ceil(ms / 1000);
}

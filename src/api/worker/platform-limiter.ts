import type { RateLimiter } from '../rate-limiter.ts';
import type { RateLimitBinding } from './env.ts';

/** As `wrangler.toml` has it; the binding does not tell (test/worker/config.test.ts compares the two). */
export const PLATFORM_LIMIT = { requests: 600, period_s: 60 } as const;

/** The platform's own counters, one set per Cloudflare location: they tell yes or no, and nothing of what is left. */
export function platformLimiter(binding: RateLimitBinding): RateLimiter {
  const { requests, period_s } = PLATFORM_LIMIT;
  return {
    policy: `"default";q=${requests};w=${period_s}`,
    async take(who) {
      const { success } = await binding.limit({ key: who });
      // When the next one is free the binding does not say either: after a whole period it certainly is.
      return { allowed: success, retry_after_s: success ? 0 : period_s, remaining: null };
    },
  };
}

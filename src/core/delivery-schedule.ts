/** When a delivery that failed is tried again, in seconds after each attempt: soon for a restart, for days for an outage. */
export const RETRIES_S = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

export const MAX_ATTEMPTS = RETRIES_S.length + 1;

/** So many that failed together come back apart: up to so much of the wait is added. */
const JITTER = 0.2;

/** What asks to be left alone for longer than the longest wait is asked again all the same. */
export const MAX_ASKED_S = 86_400;

/**
 * Seconds until the next attempt after so many of them (≥ 1); null: that was the last. `random` is in [0, 1). The other side may ask
 * for a longer wait (`Retry-After`), never for a shorter one.
 */
export function retryInS(attempts: number, random: number, asked_s: number | null): number | null {
  const wait_s = RETRIES_S[attempts - 1];
  if (wait_s === undefined) return null;
  const asked = asked_s === null ? 0 : Math.min(MAX_ASKED_S, Math.max(0, asked_s));
  return Math.max(wait_s, asked) * (1 + JITTER * random);
}

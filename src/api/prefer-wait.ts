/** Below the 30 s after which common proxies give up on an answer. */
export const MAX_WAIT_S = 25;

/**
 * The seconds of `Prefer: wait=N` (RFC 7240, 4.3), at most 25; null when there is none. Other preferences, and one that
 * cannot be read, are passed over, as the RFC has it; of several the first counts.
 */
export function preferredWait(prefer: string | undefined): number | null {
  for (const preference of (prefer ?? '').split(',')) {
    const seconds = /^\s*wait\s*=\s*"?(\d+)"?\s*(?:;|$)/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds), MAX_WAIT_S);
  }
  return null;
}

export interface EtaInput {
  /** Expected length of the whole experiment where everything is provisioned. */
  readonly estimated_s: number;
  readonly elapsed_s: number;
  readonly trials_done: number;
  readonly trials_planned: number;
}

/**
 * Seconds until the end, a whole number ≥ 0: what is left of the estimate by trials, less what the one under way has had of its share.
 * When that has had all of it and is not done, trials take longer than estimated, and what is left is stretched by as much. (A faster
 * start is not trusted: failed trials are short.)
 */
export function etaS({ estimated_s, elapsed_s, trials_done, trials_planned }: EtaInput): number {
  if (trials_planned === 0 || trials_done >= trials_planned) return 0;
  if (trials_done === 0) return Math.max(0, Math.round(estimated_s - elapsed_s));
  const share = estimated_s / trials_planned;
  const ofThisOne = Math.min(share, Math.max(0, elapsed_s - share * trials_done));
  const stretch = Math.max(1, elapsed_s / (share * (trials_done + 1)));
  return Math.round((share * (trials_planned - trials_done) - ofThisOne) * stretch);
}

export interface EtaInput {
  /** Expected length of the whole experiment where everything is provisioned. */
  readonly estimated_s: number;
  readonly elapsed_s: number;
  readonly trials_done: number;
  readonly trials_planned: number;
}

/**
 * Seconds until the end, a whole number ≥ 0. What is left of the estimate by trials; when the trials so far took longer
 * than estimated, what is left is stretched by as much. (A faster start is not trusted: failed trials are short.)
 */
export function etaS({ estimated_s, elapsed_s, trials_done, trials_planned }: EtaInput): number {
  if (trials_planned === 0) return 0;
  const done = Math.min(1, trials_done / trials_planned);
  if (done === 0) return Math.max(0, Math.round(estimated_s - elapsed_s));
  const stretch = Math.max(1, elapsed_s / (estimated_s * done));
  return Math.round(estimated_s * (1 - done) * stretch);
}

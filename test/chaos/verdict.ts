export interface Reached {
  /** Campaigns with a finding. */
  readonly bad: number;
  /** Pairs of fault and phase that were met less often than wanted, and so many faults in all less than wanted. */
  readonly pairs: readonly string[];
  readonly faults: number;
}

/** A run that lost nothing but did not get to its goal has not shown what it was to show. */
export const EXIT = { good: 0, loss: 1, moreToDo: 3 } as const;

/** How the program ends: its exit code, and what is missing, in sentences. */
export function verdictOn({ bad, pairs, faults }: Reached): { readonly code: number; readonly missing: string[] } {
  const missing = [
    ...(pairs.length > 0 ? [`too few of: ${pairs.join(', ')}`] : []),
    ...(faults > 0 ? [`${faults} more faults in all are wanted`] : []),
  ];
  if (bad > 0) return { code: EXIT.loss, missing };
  return { code: missing.length > 0 ? EXIT.moreToDo : EXIT.good, missing };
}

import type { Judged } from '../proof.ts';

/**
 * The control of a proof: an engine that was made wrong must be refused, by the same judge. A run in which nothing was answered
 * would be refused too, and shows nothing.
 */
export function judgePlanted(
  { passed, figures }: Judged,
  { requests, ok }: { readonly requests: number; readonly ok: number },
): Judged {
  const isWhole = requests > 0 && ok === requests;
  const says = isWhole ? (passed ? 'NOT NOTICED' : 'refused') : `only ${ok} of ${requests} answered`;
  return { passed: isWhole && !passed, figures: `${says}: ${figures}` };
}

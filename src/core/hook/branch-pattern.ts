import { z } from 'zod';
import { matchesBranch } from '../git-ref.ts';

/** `main`, `release/*`: an asterisk stands for anything, slashes too. Git lets names of branches have nearly any character. */
export const branchPatternSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'a branch, in which * stands for anything');

/** Whether the branch fits one of the patterns; one that is not known fits only `*`. */
export function isOnBranch(patterns: readonly string[], branch: string | null): boolean {
  return patterns.some((pattern) => (branch === null ? pattern === '*' : matchesBranch(pattern, branch)));
}

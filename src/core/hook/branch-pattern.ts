import { z } from 'zod';

/** A hook is for the branches that are measured, not for a list of every one there is. */
export const MAX_BRANCH_PATTERNS = 32;

/** `main`, `release/*`: an asterisk stands for anything, slashes too. Git lets names of branches have nearly any character. */
export const branchPatternSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'a branch, in which * stands for anything');

/** Whether the branch fits one of the patterns; one that is not known fits only `*`. */
export function isOnBranch(patterns: readonly string[], branch: string | null): boolean {
  return patterns.some((pattern) => (branch === null ? pattern === '*' : matches(pattern, branch)));
}

/** Leftmost parts first, in time that grows with the name's length, whatever the pattern. */
function matches(pattern: string, branch: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return branch === pattern;
  if (!branch.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = branch.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return branch.endsWith(last) && at + last.length <= branch.length;
}

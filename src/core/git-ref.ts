import { z } from 'zod';
import { commitSha } from './origin.ts';
import { shown } from './spec-problems.ts';

/** What the `ref` of a deployment may name: a commit, or a branch that the target's manifest lists. */

/** A manifest, and a hook, lists the branches that people measure, not every one there is. */
export const MAX_BRANCH_PATTERNS = 32;

/** `main`, `release/*`: an asterisk stands for anything, slashes too. */
export const branchPattern = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9*][A-Za-z0-9._/*-]*$/, 'a branch, in which * stands for anything');

export function isCommitId(ref: string): boolean {
  return commitSha.safeParse(ref).success;
}

/** Why a runner would not look for it, in words; null: it may. */
export function refRefusal(ref: string, branches: readonly string[]): string | null {
  if (isCommitId(ref)) return null;
  if (!isBranchName(ref))
    return `${shown(ref)} is neither a commit of 40 hex digits nor a name that git gives a branch`;
  if (branches.some((pattern) => matchesBranch(pattern, ref))) return null;
  const allowed = branches.length === 0 ? 'no branch' : branches.join(', ');
  return `the branch ${shown(ref)} may not be named here, only ${allowed} and commits of 40 hex digits`;
}

/** git-check-ref-format(1), for what the spec's schema has let through. */
function isBranchName(ref: string): boolean {
  const steps = ref.split('/');
  return (
    /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(ref) &&
    !ref.includes('..') &&
    !ref.endsWith('.') &&
    steps.every((step) => step !== '' && !step.startsWith('.') && !step.endsWith('.lock'))
  );
}

/** Leftmost parts first, in time that grows with the name's length, whatever the pattern: those of users are matched by the service. */
export function matchesBranch(pattern: string, branch: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return branch === pattern;
  let at = first.length;
  for (const part of rest) {
    const found = branch.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return branch.startsWith(first) && branch.endsWith(last) && at + last.length <= branch.length;
}

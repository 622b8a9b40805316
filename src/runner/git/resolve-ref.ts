import { isCommitId } from '../../core/git-ref.ts';
import { TrialFault } from '../trial-fault.ts';
import type { GitAddress } from './git-address.ts';
import { type GitPlace, runGit } from './git-command.ts';

/**
 * The commit that a `ref` names now; null: the default branch. A commit is taken as it is: fetching it will tell whether it is there.
 * Throws a TrialFault of the step `provision`.
 */
export async function resolveRef(
  { address, protocol }: GitAddress,
  ref: string | null,
  place: GitPlace,
): Promise<string> {
  if (ref !== null && isCommitId(ref)) return ref;
  const name = ref === null ? 'HEAD' : `refs/heads/${ref}`;
  const asked = await runGit(place, { args: ['ls-remote', '--', address, name], protocol });
  if (!asked.ok) {
    const reason = asked.breach?.reason ?? 'provision-failed';
    throw new TrialFault('provision', reason, `The repository could not be asked: git ${asked.how}.`, asked.output);
  }
  // What is asked for is a pattern to git: `HEAD` also finds one of a copy of another repository.
  for (const [, commit = '', found] of asked.output.matchAll(/^([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)$/gm))
    if (found === name) return commit;
  const what = ref === null ? 'default branch: it is empty' : `branch ${ref}`;
  const hint = ref !== null && /^[0-9a-f]{4,63}$/.test(ref) ? '; a commit is named by all of its hex digits' : '';
  throw new TrialFault('provision', 'no-such-ref', `The repository has no ${what}${hint}.`);
}

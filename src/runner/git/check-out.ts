import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { giveTree } from '../owned-tree.ts';
import type { CommandResult } from '../provision/run-command.ts';
import { removeFolder } from '../remove-folder.ts';
import type { RunAs } from '../run-as.ts';
import { TrialFault } from '../trial-fault.ts';
import type { GitAddress } from './git-address.ts';
import { type GitPlace, runGit } from './git-command.ts';
import { linkOutOf } from './link-out.ts';

export interface Checkout {
  readonly from: GitAddress;
  readonly commit: string;
  /** Where its files go: a folder that is there and empty, and belongs to whoever they are for. */
  readonly tree: string;
  /** For what is only needed meanwhile. */
  readonly temporary: string;
  readonly runAs: RunAs | null;
}

/**
 * Fetches one commit, without submodules, and without history where the server can leave it out, and lays out its files. The runner fetches, for it has the keys; the files,
 * which are anybody's, are laid out by the user whom they are for. Throws a TrialFault of the step `provision`.
 */
export async function checkOut(order: Checkout, place: GitPlace): Promise<void> {
  const repository = join(order.temporary, 'repository.git');
  try {
    await fetchCommit(order, repository, place);
    if (order.runAs !== null) await giveTree(repository, order.runAs);
    await layOut(order, repository, place);
  } finally {
    await removeFolder(repository, null);
  }
  const link = await linkOutOf(order.tree);
  if (link === null) return;
  throw new TrialFault('provision', 'provision-failed', `The commit has a link that leads out of it: ${link}.`);
}

async function fetchCommit(order: Checkout, repository: string, place: GitPlace): Promise<void> {
  const { commit } = order;
  const format = commit.length === 64 ? ['--object-format=sha256'] : [];
  const init = ['init', '--quiet', '--bare', '--template=', ...format, '--', repository];
  must(await runGit(place, { args: init, protocol: null }), 'git init');
  let fetched = await fetch(order, repository, place, ['--depth=1'], [commit]);
  if (!fetched.ok && BRANCHES_ONLY.test(fetched.output))
    fetched = await fetch(order, repository, place, [], ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']);
  if (!fetched.ok && fetched.breach === null && UNKNOWN_COMMIT.test(fetched.output))
    throw new TrialFault('provision', 'no-such-ref', `The repository has no commit ${commit}.`, fetched.output);
  must(fetched, 'git fetch');
  const kind = await runGit(place, { args: [`--git-dir=${repository}`, 'cat-file', '-t', commit], protocol: null });
  if (kind.output.trim() === 'commit') return;
  const says = `${commit} is no commit of the repository.`;
  throw new TrialFault('provision', 'no-such-ref', says, kind.output);
}

async function fetch(
  { from }: Checkout,
  repository: string,
  place: GitPlace,
  options: readonly string[],
  what: readonly string[],
): Promise<CommandResult> {
  const usual = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
  const args = [`--git-dir=${repository}`, 'fetch', ...usual, ...options, '--', from.address, ...what];
  return await runGit(place, { args, protocol: from.protocol });
}

/** What servers answer, each in its words, that do not have it. */
const UNKNOWN_COMMIT =
  /not our ref|no such remote ref|couldn't find remote ref|bad object|did not send all necessary objects/i;
/**
 * What servers answer that give away the ends of branches only: those that speak git's older protocol, as an sshd does that takes no
 * variable from its clients (AcceptEnv). Their branches are then fetched with all of their history.
 */
const BRANCHES_ONLY = /unadvertised object/i;

async function layOut(
  { commit, tree, temporary, runAs }: Checkout,
  repository: string,
  place: GitPlace,
): Promise<void> {
  const folder = join(temporary, 'index');
  mkdirSync(folder);
  if (runAs !== null) await giveTree(folder, runAs);
  const env = { GIT_INDEX_FILE: join(folder, 'index'), GIT_WORK_TREE: tree, GIT_DIR: repository };
  // Plumbing: these two run no hook, and write nothing but index and files.
  for (const args of [
    ['read-tree', commit],
    ['checkout-index', '--all', '--force', '--quiet'],
  ])
    must(await runGit(place, { args, protocol: null, runAs, env }), `git ${args[0]}`);
}

function must(result: CommandResult, what: string): void {
  if (result.ok) return;
  const reason = result.breach?.reason ?? 'provision-failed';
  throw new TrialFault('provision', reason, `\`${what}\`: ${sentence(result.how)}`, result.output);
}

const sentence = (how: string): string => (how.endsWith('.') ? how : `${how}.`);

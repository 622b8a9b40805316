import { spawnSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockFolder } from '../../db/folder-lock.ts';
import type { AbSides } from '../../report/ab-text.ts';
import { addressOf } from '../../runner/git/git-address.ts';
import { commitNow, type VersionedTarget } from '../../runner/provision/provision-commit.ts';
import { removeFolder } from '../../runner/remove-folder.ts';
import { TrialFault } from '../../runner/trial-fault.ts';
import type { AbOptions } from '../commands/ab.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** The commits of both sides. Throws CommandError (bad input) for what the repository does not know. */
export async function resolveSides(
  versioned: VersionedTarget,
  { base, head }: Pick<AbOptions, 'base' | 'head'>,
  signal: AbortSignal,
): Promise<AbSides> {
  const resolve = async (ref: string) => ({ ref, commit: await commitOf(versioned, ref, signal) });
  return { base: await resolve(base), head: await resolve(head) };
}

async function commitOf(versioned: VersionedTarget, ref: string, signal: AbortSignal): Promise<string> {
  const { address, protocol } = addressOf(versioned.source, versioned.target.folder);
  if (protocol !== 'file') return await remoteCommit(versioned, ref, signal);
  const path = address.startsWith('file:') ? fileURLToPath(address) : address;
  // The user's own repository and git: whatever it understands, HEAD~1 or a tag, may be named.
  const asked = spawnSync(
    'git',
    ['-C', path, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`],
    {
      encoding: 'utf8',
    },
  );
  const commit = asked.stdout?.trim() ?? '';
  if (asked.status === 0 && /^[0-9a-f]{40,64}$/.test(commit)) return commit;
  const why = asked.stderr?.trim() ?? '';
  throw new CommandError(EXIT.badInput, `${path} has no commit ${JSON.stringify(ref)}${why === '' ? '' : `: ${why}`}`);
}

async function remoteCommit(versioned: VersionedTarget, ref: string, signal: AbortSignal): Promise<string> {
  if (!/^[\w][\w./-]*$/.test(ref))
    throw new CommandError(EXIT.badInput, `${JSON.stringify(ref)} is neither a commit of 40 hex digits nor a branch`);
  const path = await mkdtemp(join(tmpdir(), 'benchwright-ab-'));
  try {
    return await commitNow(versioned, ref, { path, lock: lockFolder }, signal);
  } catch (error) {
    if (!(error instanceof TrialFault)) throw error;
    throw new CommandError(EXIT.badInput, [error.message, error.output?.trim()].filter(Boolean).join('\n'));
  } finally {
    await removeFolder(path, null);
  }
}

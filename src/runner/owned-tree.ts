import { chmodSync, lchownSync, lstatSync, readdirSync, rmSync, type Stats } from 'node:fs';
import { join, relative } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { foreignText } from '../core/foreign-text.ts';
import type { RunAs } from './run-as.ts';
import { TrialFault } from './trial-fault.ts';

/** Who owns a tree of files. Whoever calls these makes sure that nothing runs that could change the tree meanwhile. */

const ENTRIES_IN_A_TURN = 1_000;

export interface Entry {
  readonly path: string;
  readonly stats: Stats;
}

/** The folder itself and all that is in it, folders before what they hold; links are not followed. */
export async function* entriesIn(folder: string): AsyncGenerator<Entry> {
  const open = [folder];
  for (let path = open.pop(), seen = 1; path !== undefined; path = open.pop(), seen += 1) {
    const stats = lstatSync(path);
    yield { path, stats };
    if (stats.isDirectory()) for (const name of readdirSync(path)) open.push(join(path, name));
    if (seen % ENTRIES_IN_A_TURN === 0) await turn();
  }
}

/** Makes it the user's. Links are given, not what they lead to. */
export async function giveTree(folder: string, { uid, gid }: Pick<RunAs, 'uid' | 'gid'>): Promise<void> {
  for await (const { path } of entriesIn(folder)) lchownSync(path, uid, gid);
}

/**
 * Takes what a user has built away from it: from now on it can read and start it, and change nothing, so that neither a server nor a
 * later build of other code can touch what will be measured. What is neither file, folder nor link is removed. Throws a TrialFault where
 * something is not the user's: through a hard link it could be a file of anybody.
 */
export async function sealTree(folder: string, from: RunAs): Promise<void> {
  const [owner, group] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  // Installers link a file to several places; from the second on it is no longer the user's.
  const taken = new Set<string>();
  for await (const { path, stats } of entriesIn(folder)) {
    const inode = `${stats.dev}/${stats.ino}`;
    if (taken.has(inode)) continue;
    if (stats.nlink > 1 && !stats.isDirectory()) taken.add(inode);
    if (stats.uid !== from.uid) {
      const name = foreignText(relative(folder, path) || '.', 300);
      throw new TrialFault('provision', 'provision-failed', `The build left a file of another user: ${name}.`);
    }
    if (!stats.isFile() && !stats.isDirectory() && !stats.isSymbolicLink()) {
      rmSync(path);
      continue;
    }
    lchownSync(path, owner, group);
    // A mode of its own for each: without write permission for others, and without any bit that makes a program another user's.
    if (!stats.isSymbolicLink()) chmodSync(path, stats.isDirectory() || (stats.mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}

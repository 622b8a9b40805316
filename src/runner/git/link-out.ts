import { readlinkSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { foreignText } from '../../core/foreign-text.ts';
import { entriesIn } from '../owned-tree.ts';

const MAX_SHOWN = 300;

/** The first symbolic link of a tree that leads out of it, with where to, in words; null: none does. */
export async function linkOutOf(tree: string): Promise<string | null> {
  const root = realpathSync(tree);
  for await (const { path, stats } of entriesIn(root)) {
    if (!stats.isSymbolicLink()) continue;
    const to = readlinkSync(path);
    if (isAbsolute(to) || !isInside(root, targetOf(path, to)))
      return foreignText(`${relative(root, path)} → ${to}`, MAX_SHOWN);
  }
  return null;
}

export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep);
}

/** Where it leads, through other links too; of one that leads to nothing yet, where it would by its text. */
function targetOf(link: string, to: string): string {
  try {
    return realpathSync(join(dirname(link), to));
  } catch {
    return resolve(dirname(link), to);
  }
}

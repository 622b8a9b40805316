import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { isInside } from '../git/link-out.ts';

/** A lock file of thousands of packages has some MiB. */
const MAX_FILE_BYTES = 32 * 2 ** 20;

/**
 * A file of a tree that others have made, read by the runner, who may read more than they: null where there is none, where it is no
 * plain file, or where a link leads out of the tree. Nothing that could change the tree may run meanwhile.
 */
export function readInside(tree: string, path: string): Buffer | null {
  const real = realInside(tree, path);
  if (real === null) return null;
  const stats = lstatSync(real);
  return stats.isFile() && stats.size <= MAX_FILE_BYTES ? readFileSync(real) : null;
}

/** Whether it is a folder of the tree. */
export function isFolderInside(tree: string, path: string): boolean {
  const real = realInside(tree, path);
  return real !== null && lstatSync(real).isDirectory();
}

function realInside(tree: string, path: string): string | null {
  try {
    const real = realpathSync(path);
    return isInside(realpathSync(tree), real) ? real : null;
  } catch {
    return null;
  }
}

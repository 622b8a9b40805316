import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * Where load generators are looked for, in this order: the folders of `BENCHWRIGHT_TOOLS` (as in PATH; for programs of Python
 * environments), PATH, and where Go and Cargo install theirs.
 */
export function toolFolders(env: NodeJS.ProcessEnv, home = homedir()): string[] {
  const listed = `${env['BENCHWRIGHT_TOOLS'] ?? ''}${delimiter}${env['PATH'] ?? ''}`.split(delimiter);
  return [...listed.filter((folder) => folder !== ''), join(home, 'go/bin'), join(home, '.cargo/bin')];
}

/** Path of the first executable of that name; null: there is none. */
export function findProgram(name: string, folders: readonly string[]): string | null {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

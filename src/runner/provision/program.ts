import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** A program beside this Node, or in the path; null: not found. */
export function findProgram(name: string): string | null {
  for (const folder of [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(delimiter)]) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}

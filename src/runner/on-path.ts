import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, resolve } from 'node:path';

/** Where a program is, as execvp(3) finds it: its own path, or the first folder that has it. Null: nowhere. */
export function onPath(program: string, path = process.env['PATH'] ?? '', cwd = process.cwd()): string | null {
  if (program.includes('/')) return isExecutable(resolve(cwd, program)) ? program : null;
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const candidate = resolve(folder, program);
    if (isExecutable(candidate)) return candidate;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

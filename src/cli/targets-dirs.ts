import { resolve } from 'node:path';
import { packagePath } from './package-path.ts';

/** The folders of targets that were given with `--targets`; without any the catalogue of this package. */
export function targetsDirs(given: readonly string[]): string[] {
  return given.length > 0 ? given.map((folder) => resolve(folder)) : [packagePath('targets')];
}

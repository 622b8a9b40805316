import { fileURLToPath } from 'node:url';

/** A path inside the package (targets, experiments, migrations), the same from src and from dist. */
export function packagePath(...parts: readonly string[]): string {
  return fileURLToPath(new URL(`../../${parts.join('/')}`, import.meta.url));
}

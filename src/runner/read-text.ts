import { readFileSync } from 'node:fs';

/** A small file of the system; null where this platform has none. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

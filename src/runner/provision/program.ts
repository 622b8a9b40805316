import { delimiter, dirname } from 'node:path';
import { onPath } from '../on-path.ts';

/** A program beside this Node, or in the path; null: not found. */
export function findProgram(name: string): string | null {
  return onPath(name, [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter));
}

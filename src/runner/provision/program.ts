import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { onPath } from '../on-path.ts';
import type { RunAs } from '../run-as.ts';

/** A program beside this Node, or in the path; null: not found. `runAs`: who must be able to start it. */
export function findProgram(name: string, runAs: RunAs | null = null): string | null {
  const folders = [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(delimiter)];
  if (runAs === null) return onPath(name, folders.join(delimiter));
  return folders.map((folder) => onPath(name, folder)).find((path) => path !== null && mayStart(path, runAs)) ?? null;
}

function mayStart(path: string, { uid, gid }: RunAs): boolean {
  return spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { cwd: '/', env: {}, uid, gid }).status === 0;
}

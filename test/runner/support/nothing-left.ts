import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readText } from '../../../src/runner/read-text.ts';
import { readProcesses, withDescendants } from '../../../src/runner/process-table.ts';
import { MARKER } from '../../../src/runner/process-tree.ts';

/** Processes that this test process started, or that carry a trial's marker, with what they are. */
export function startedProcesses(): string[] {
  const rows = readProcesses();
  const ours = withDescendants(rows, new Set([process.pid]));
  return rows
    .filter(({ pid }) => pid !== process.pid && (ours.has(pid) || isMarked(pid)))
    .map(({ pid }) => `${pid} ${readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? ''}`);
}

function isMarked(pid: number): boolean {
  const environment = readText(`/proc/${pid}/environ`)?.split('\0') ?? [];
  return environment.some((entry) => entry.startsWith(`${MARKER}=test.`));
}

/** Asserts that no process is left, nor a folder of a trial. */
export function expectNothingLeft(folder?: string): void {
  expect(startedProcesses()).toEqual([]);
  const homes = join(folder ?? '', 'trials');
  if (folder !== undefined && existsSync(homes)) expect(readdirSync(homes)).toEqual([]);
}

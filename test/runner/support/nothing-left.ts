import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { cgroupsOf } from '../../../src/runner/cgroup.ts';
import { readText } from '../../../src/runner/read-text.ts';
import { readProcesses, withDescendants } from '../../../src/runner/process-table.ts';
import { environmentOf, MARKER } from '../../../src/runner/process-tree.ts';
import { processesOf } from '../../e2e/processes-of.ts';

/** Begins the trial ids of this test process: others may run the same tests on this machine at the same time. */
export const TEST_OWNER = `test-${process.pid}`;

/** Processes that this test process started, or that carry the marker of one of its trials, with what they are. */
export function startedProcesses(): string[] {
  const rows = readProcesses();
  const ours = withDescendants(rows, new Set([process.pid]));
  return rows
    .filter(({ pid }) => pid !== process.pid && (ours.has(pid) || isOwnedBy(pid, TEST_OWNER)))
    .map(({ pid }) => `${pid} ${readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? ''}`);
}

export function isOwnedBy(pid: number, owner: string): boolean {
  return environmentOf(pid).some((entry) => entry.startsWith(`${MARKER}=${owner}.`));
}

/** Sockets of this process, listening or connected. */
export function openSockets(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP') || kind.startsWith('UDP'));
}

/** Asserts that no process is left, nor a control group; and of a runner's data folder, nor a folder of a trial or installer. */
export function expectNothingLeft(folder?: string): void {
  expect(startedProcesses()).toEqual([]);
  expect(cgroupsOf(TEST_OWNER)).toEqual([]);
  if (folder === undefined) return;
  // A guardian is known by the folder that it is told, a server by the folder that it runs in.
  expect(processesOf(folder)).toEqual([]);
  const trials = join(folder, 'trials');
  if (existsSync(trials)) expect(readdirSync(trials)).toEqual([]);
  const provision = join(folder, 'provision');
  if (existsSync(provision)) expect(readdirSync(provision).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  const host = join(folder, 'host-id.json');
  if (existsSync(host)) {
    const { host_id } = JSON.parse(readFileSync(host, 'utf8')) as { host_id: string };
    expect(cgroupsOf(host_id)).toEqual([]);
  }
}

/** The same, and no socket: where nothing of the test itself is open any more. A socket that was closed goes a turn later. */
export async function expectNothingOpen(): Promise<void> {
  expectNothingLeft();
  await expect.poll(openSockets, { interval: 5 }).toEqual([]);
}

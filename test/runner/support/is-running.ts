import { readProcesses } from '../../../src/runner/process-table.ts';

export function isRunning(pid: number): boolean {
  return readProcesses().some((row) => row.pid === pid);
}

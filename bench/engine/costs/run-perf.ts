import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram, toolFolders } from '../find-program.ts';

const MAX_OUTPUT_BYTES = 1024 * 1024 * 1024;
const TIMEOUT_MS = 120_000;

/** Path of Linux' `perf`; null: it is not installed. */
export function findPerf(): string | null {
  return findProgram('perf', toolFolders(process.env));
}

/** What `perf` printed. Where it may not look into other processes, it says so. @throws Error when it fails. */
export async function runPerf(
  perf: string,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return await promisify(execFile)(perf, args, { maxBuffer: MAX_OUTPUT_BYTES, timeout: TIMEOUT_MS });
}

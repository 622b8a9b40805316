import { setTimeout as delay } from 'node:timers/promises';
import { readProcesses } from './process-table.ts';
import type { ServerProcess } from './process.ts';

const SAMPLE_MS = 100;
/** One clock tick of 10 ms in a sample: the housekeeping of an idle runtime. */
const QUIET_TICKS = 1;
const QUIET_SAMPLES = 2;
/** Then the load begins anyway; the warm-up is there for the rest. */
const DEADLINE_MS = 5_000;

/**
 * Waits until the processes of a server with several workers have come to rest. The first worker that is up answers the
 * readiness poll, and would take every connection while the others still load their modules.
 */
export async function waitSettled(server: ServerProcess, workers: number, signal: AbortSignal): Promise<void> {
  if (workers < 2) return;
  const deadline = performance.now() + DEADLINE_MS;
  let before = cpuTicks(server);
  for (let quiet = 0; quiet < QUIET_SAMPLES && performance.now() < deadline && server.exit() === null;) {
    await delay(SAMPLE_MS, undefined, { signal });
    const now = cpuTicks(server);
    quiet = now - before <= QUIET_TICKS ? quiet + 1 : 0;
    before = now;
  }
}

function cpuTicks(server: ServerProcess): number {
  return server.tree.members(readProcesses()).reduce((sum, row) => sum + row.cpu_ticks, 0);
}

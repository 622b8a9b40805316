import { oomKills } from './oom.ts';
import type { ServerProcess } from './process.ts';
import { TrialFault } from './trial-fault.ts';

/** A server that was ended for breaking a limit, or by the kernel for want of memory, looks like one that crashed. */
export function causeOf(fault: TrialFault, server: ServerProcess | null, killsBefore: number | null): TrialFault {
  const breach = server?.breach() ?? null;
  if (breach !== null) return new TrialFault(fault.step, breach.reason, breach.says);
  const kills = oomKills();
  if (server?.exit()?.signal !== 'SIGKILL' || kills === null || killsBefore === null || kills === killsBefore)
    return fault;
  const says = 'The host had no memory left: its kernel ended the server (out of memory).';
  return new TrialFault(fault.step, 'memory-limit', says);
}

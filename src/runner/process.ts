import type { TrialFailure } from '../core/trial-result.ts';
import { MAX_OUTPUT_BYTES_PER_S, OutputRate } from './output-rate.ts';
import { type GroupCommand, type ProcessGroup, startGroup } from './process-group.ts';
import type { Stopped } from './stop-tree.ts';

export interface ServerCommand extends GroupCommand {
  readonly port: number;
}

/** A limit that a server broke, for which it was ended at once. */
export interface Breach {
  readonly reason: Extract<TrialFailure['reason'], 'memory-limit' | 'process-limit' | 'output-limit'>;
  /** One sentence for people. */
  readonly says: string;
}

/** A server under test. */
export interface ServerProcess extends Omit<ProcessGroup, 'stop' | 'onOutput' | 'holdOutput'> {
  readonly port: number;
  /** Ends it at once, without a grace, for that reason; the first one stays. */
  end(breach: Breach): void;
  /** Null: it broke no limit. */
  breach(): Breach | null;
  /** Ends the whole tree; what is called again gives the same answer. */
  stop(graceMs: number): Promise<Stopped>;
}

/** Starts a server; throws when the program cannot be started at all (not found, not executable). */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const { port } = command;
  command.guarded?.knows({ port });
  const group = await startGroup(command);
  const rate = new OutputRate();
  let breach: Breach | null = null;
  const end = (why: Breach): void => {
    if (breach !== null) return;
    breach = why;
    group.holdOutput();
    // Whoever stops it in order gets the same promise, and hears of what went wrong.
    group.stop(port, 0).catch(() => undefined);
  };
  group.onOutput((bytes) => {
    if (rate.isTooMuch(bytes)) end({ reason: 'output-limit', says: TOO_MUCH_OUTPUT });
  });
  return { ...group, port, end, breach: () => breach, stop: (graceMs) => group.stop(port, graceMs) };
}

const TOO_MUCH_OUTPUT = `The server wrote more than ${MAX_OUTPUT_BYTES_PER_S / 2 ** 20} MiB within one second: reading it would disturb what is measured, not reading it would hold the server back.`;

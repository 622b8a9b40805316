import type { TrialFailure } from '../core/trial-result.ts';
import { OutputRate } from './output-rate.ts';
import { type GroupCommand, type ProcessGroup, startGroup } from './process-group.ts';
import type { Stopped } from './stop-tree.ts';

/** A limit that a server or a build broke, for which it was ended at once. */
export interface Breach {
  readonly reason: Extract<
    TrialFailure['reason'],
    'memory-limit' | 'process-limit' | 'output-limit' | 'disk-limit' | 'time-limit'
  >;
  /** One sentence for people. */
  readonly says: string;
}

/** A process group that is ended at once when it breaks a limit. */
export interface BoundedGroup extends Omit<ProcessGroup, 'stop' | 'onOutput' | 'holdOutput'> {
  /** Ends it at once, without a grace, for that reason; the first one stays. */
  end(breach: Breach): void;
  /** Null: it broke no limit. */
  breach(): Breach | null;
  /** Ends the whole tree; what is called again gives the same answer. */
  stop(graceMs: number): Promise<Stopped>;
}

/** Starts a program; throws when it cannot be started at all. `port`: where it will listen. `tooMuch`: what is said of a flood of output. */
export async function startBounded(
  command: GroupCommand,
  { port, tooMuch }: { readonly port: number | null; readonly tooMuch: string },
): Promise<BoundedGroup> {
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
    if (rate.isTooMuch(bytes)) end({ reason: 'output-limit', says: tooMuch });
  });
  return { ...group, end, breach: () => breach, stop: (graceMs) => group.stop(port, graceMs) };
}

import os from 'node:os';
import type { CoreSets } from './cores.ts';
import { readText } from './read-text.ts';
import { pinSelf } from './taskset.ts';

const LOWEST_PRIORITY = 19;
/** capabilities(7): without it a priority that was lowered cannot be raised again. */
const CAP_SYS_NICE = 23n;

/**
 * Keeps the runner itself out of the way for a whole job: on a spare core; without one on whichever idles, the server's
 * while users think, the generator's at capacity. Returns what undoes it. Servers and generator are pinned by themselves,
 * so that they inherit nothing of this.
 */
export function stepAside(cores: CoreSets): () => void {
  const all = [...new Set([...cores.server, ...cores.generator, ...cores.runner])];
  pinSelf(cores.runner);
  return () => void pinSelf(all);
}

/** Gives way to the generator on its core while that runs. */
export interface Yielding {
  begin(): void;
  end(): void;
}

/**
 * Children inherit a priority, so it is lowered only when all of them have been started, and only where it can be raised
 * again. Both calls may be repeated.
 */
export function yieldingTo(cores: CoreSets): Yielding {
  const normal = os.getPriority();
  const isWanted = cores.co_located && mayRaisePriority();
  return {
    begin: () => {
      if (isWanted) os.setPriority(LOWEST_PRIORITY);
    },
    end: () => {
      if (isWanted) os.setPriority(normal);
    },
  };
}

function mayRaisePriority(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readText('/proc/self/status') ?? '')?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> CAP_SYS_NICE) & 1n) === 1n;
}

import { percentText } from '../../../../src/core/number-text.ts';
import { type HostWatch, type Noise, watchHost } from './host-noise.ts';

/** The limits of the finding `noisy-host`: where a trial is suspect, a proof is not judged. */
const MAX_STEAL = 0.01;
const MAX_FOREIGN = 0.02;
/** As long turns may take of a window that is not void. */
const MAX_LAG = 0.005;
/** As much as a p99 does not show. At rest this host takes a third of it. */
const MAX_WAIT = 0.01;
/** The kernel's counters are read at two moments that fall anywhere into their ticks: on each of two cores one too many may be counted. */
const SLACK_TICKS = 2;
/** A disturbed measurement is repeated so often. */
export const MAX_REPEATS = 3;

/** Why the host was not quiet; empty when it was. */
export function disturbances({ steal, foreign, lag, wait, tick }: Noise): string[] {
  const slack = SLACK_TICKS * tick;
  const found: string[] = [];
  if (steal > MAX_STEAL + slack) found.push(`the hypervisor took ${percentText(steal)}`);
  if (foreign > MAX_FOREIGN + slack) found.push(`others used ${percentText(foreign)} of the cores`);
  if (lag > MAX_LAG) found.push(`it stood still for ${percentText(lag)} of the time`);
  if (wait > MAX_WAIT) found.push(`the engine waited for its core for ${percentText(wait)} of its window`);
  return found;
}

export type Guarded<T> =
  | { readonly judged: true; readonly value: T; readonly repeats: number }
  /** Why, for each time that it was measured. */
  | { readonly judged: false; readonly disturbed: readonly string[] };

/**
 * Measures on a quiet host: what was measured while the host was disturbed counts for nothing, good or bad, and is measured again, up
 * to three times. An error of the measurement itself is passed on: it is no noise.
 */
export async function guarded<T>(
  measure: (watch: Pick<HostWatch, 'stood' | 'waited'>) => Promise<T>,
  watch: () => HostWatch = watchHost,
): Promise<Guarded<T>> {
  const disturbed: string[] = [];
  for (let repeats = 0; repeats <= MAX_REPEATS; repeats += 1) {
    const host = watch();
    let ended = false;
    try {
      const value = await measure(host);
      ended = true;
      const found = disturbances(host.end());
      if (found.length === 0) return { judged: true, value, repeats };
      disturbed.push(found.join(', '));
    } finally {
      if (!ended) host.end();
    }
  }
  return { judged: false, disturbed };
}

import { percentText } from '../../../../src/core/number-text.ts';
import { type HostWatch, type Noise, watchHost } from './host-noise.ts';

export type NoiseLimits = Pick<Noise, 'steal' | 'foreign' | 'lag' | 'wait' | 'blind'>;

const LIMITS: NoiseLimits = {
  // Those of the finding `noisy-host`: where a trial is suspect, a proof is not judged.
  steal: 0.01,
  foreign: 0.02,
  // As long turns may take of a window that is not void. A spinning server alone on a core of the development machine stood still for
  // nothing at all in six windows of 10 s at rest, for 0.06 to 0.2 % where others used 17 to 40 % of the cores (2026-11-28).
  lag: 0.005,
  // As much as a p99 does not show. At rest this host takes a third of it.
  wait: 0.01,
  // Half of what a p99 leaves out: what is not known of them must not decide it.
  blind: 0.005,
};
/** The kernel's counters are read at two moments that fall anywhere into their ticks: on each of two cores one too many may be counted. */
const SLACK_TICKS = 2;
/** A disturbed measurement is repeated so often. */
export const MAX_REPEATS = 3;

/** Why the host was not quiet; empty when it was. */
export function disturbances(noise: Noise, limits: Partial<NoiseLimits> = {}): string[] {
  const { steal, foreign, lag, wait, blind, tick } = noise;
  const most = { ...LIMITS, ...limits };
  const slack = SLACK_TICKS * tick;
  const found: string[] = [];
  if (steal > most.steal + slack) found.push(`the hypervisor took ${percentText(steal)}`);
  if (foreign > most.foreign + slack) found.push(`others used ${percentText(foreign)} of the cores`);
  if (lag > most.lag) found.push(`it stood still for ${percentText(lag)} of the time`);
  if (wait > most.wait) found.push(`the engine waited for its core for ${percentText(wait)} of its window`);
  if (blind > most.blind) found.push(`the server could not see when ${percentText(blind)} of the requests came`);
  return found;
}

export type Guarded<T> =
  | { readonly judged: true; readonly value: T; readonly repeats: number }
  /** Why, for each time that it was measured. */
  | { readonly judged: false; readonly disturbed: readonly string[] };

export interface GuardOptions<T> {
  /** Where a measurement bears more, or less, than most. */
  readonly limits?: Partial<NoiseLimits> | undefined;
  /** True of what noise could only have spoilt: it counts whatever the host did. */
  readonly isSound?: ((value: T) => boolean) | undefined;
  readonly watch?: () => HostWatch;
}

/**
 * Measures on a quiet host: what was measured while the host was disturbed counts for nothing, good or bad, and is measured again, up
 * to three times. An error of the measurement itself is passed on: it is no noise.
 */
export async function guarded<T>(
  measure: (watch: Omit<HostWatch, 'end'>) => Promise<T>,
  { limits, isSound = () => false, watch = watchHost }: GuardOptions<T> = {},
): Promise<Guarded<T>> {
  const disturbed: string[] = [];
  for (let repeats = 0; repeats <= MAX_REPEATS; repeats += 1) {
    const host = watch();
    let ended = false;
    try {
      const value = await measure(host);
      ended = true;
      const found = disturbances(host.end(), limits);
      if (found.length === 0 || isSound(value)) return { judged: true, value, repeats };
      disturbed.push(found.join(', '));
    } finally {
      if (!ended) host.end();
    }
  }
  return { judged: false, disturbed };
}

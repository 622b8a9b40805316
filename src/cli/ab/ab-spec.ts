import type { Manifest } from '../../core/target.ts';
import type { AbSides } from '../../report/ab-text.ts';
import type { AbOptions } from '../commands/ab.ts';

/** Enough for a runtime to compile what the window runs. */
const WARMUP_S = 2;
/** Far above what the longest options take. */
const TIMEOUT_MINUTES = 1_440;

/** The experiment: two deployments that differ in their commit only, and one threshold, which says how much worse the head may be. */
export function abSpec(manifest: Manifest, options: AbOptions, { base, head }: AbSides): Record<string, unknown> {
  const server = options.server ?? Object.keys(manifest.servers)[0];
  const deployment = (id: string, ref: string) => ({ id, target: manifest.name, server, ref });
  return {
    name: `${manifest.name}: ${head.ref} against ${base.ref}`.slice(0, 200),
    deployments: [deployment('base', base.commit), deployment('head', head.commit)],
    workers: [1],
    workload: options.workload ?? manifest.workloads[0],
    load: [{ model: 'closed', connections: [options.connections] }],
    repetitions: options.repetitions,
    warmup_s: WARMUP_S,
    window_s: options.window,
    timeout_minutes: TIMEOUT_MINUTES,
    thresholds: [
      {
        id: 'not-slower',
        regression: { metric: 'throughput_rps', worse_by: options.worseBy, base: 'base', head: 'head' },
      },
    ],
  };
}

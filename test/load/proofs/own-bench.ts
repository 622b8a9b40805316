import { splitCores } from '../../../src/runner/cores.ts';
import { readTopology } from '../../../src/runner/topology.ts';
import type { Bench } from './proof.ts';

/** Server and generator on cores of their own, as a runner would have them here. */
export function ownBench(signal: AbortSignal): Omit<Bench, 'watch'> {
  const { server, generator } = splitCores(readTopology());
  return { signal, serverCpus: server, generatorCpus: generator };
}

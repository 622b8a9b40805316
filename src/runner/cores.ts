/** The logical CPUs of one physical core: hyper-threads of each other. */
export type PhysicalCore = readonly number[];

export interface CoreSets {
  readonly server: readonly number[];
  readonly generator: readonly number[];
  /** Where the runner itself stays: cores of neither set; where there are none, any that idles, at the lowest priority. */
  readonly runner: readonly number[];
  /** The runner has no core of its own. */
  readonly co_located: boolean;
  /** A physical core has threads in both sets. */
  readonly smt_shared: boolean;
}

/** From this many cores on the runner gets one of its own: below, it would cost the server too large a part. */
const CORES_WITH_SPARE = 8;

/**
 * Splits the host: the generator gets max(1, ⌊cores/4⌋) physical cores, the last ones (interrupts tend to go to the first),
 * the server the others; SMT siblings stay together. On one core both share it. What is given overrides.
 */
export function splitCores(
  topology: readonly PhysicalCore[],
  given: { readonly server?: readonly number[]; readonly generator?: readonly number[] } = {},
): CoreSets {
  const all = topology.flat();
  const cores = [...topology];
  const generatorCores = cores.length < 2 ? cores : cores.slice(-Math.max(1, Math.floor(cores.length / 4)));
  const withoutSpare = cores.slice(0, cores.length - generatorCores.length);
  const spared = cores.length >= CORES_WITH_SPARE ? withoutSpare.slice(0, -1) : withoutSpare;
  const rest = (taken: readonly number[], wanted: readonly number[]): number[] => {
    const free = wanted.filter((cpu) => !taken.includes(cpu));
    if (free.length > 0) return free;
    const others = all.filter((cpu) => !taken.includes(cpu));
    return others.length > 0 ? others : [...all];
  };
  const generator =
    given.generator ?? (given.server ? rest(given.server, generatorCores.flat()) : generatorCores.flat());
  const server = given.server ?? (spared.length === 0 ? all : rest(generator, spared.flat()));
  const spare = all.filter((cpu) => !server.includes(cpu) && !generator.includes(cpu));
  return {
    server,
    generator,
    runner: spare.length > 0 ? spare : all,
    co_located: spare.length === 0,
    smt_shared: topology.some(
      (core) =>
        core.length > 1 && core.some((cpu) => server.includes(cpu)) && core.some((cpu) => generator.includes(cpu)),
    ),
  };
}

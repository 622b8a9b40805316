import type { RunnerEvent } from '../../src/runner/event.ts';

/** What was heard of the runners of a world, in order: what they told, and where one ended. */
export type Observed = RunnerEvent | { readonly type: 'runner-ended' };

interface Measurement {
  /** SHA-256, hex, of the bytes that were to be sent. */
  readonly digest: string;
  /** It was on disk: from here on it may not be lost. */
  isSpooled: boolean;
  /** Its runner ended after it. */
  isOrphan: boolean;
}

/** How often one trial was measured, and with which bytes. */
export interface Measurements {
  readonly experiment_id: string;
  readonly generation: number;
  readonly cell: string;
  readonly block: number;
  readonly run: number;
  /** In order; one at least. */
  readonly each: readonly Measurement[];
}

type Key = Pick<Measurements, 'generation' | 'cell' | 'block' | 'run'>;

/** By trial and generation, from the events of runners that follow one another; what a runner tells is of the job it claimed last. */
export function measurementsIn(observed: readonly Observed[]): Measurements[] {
  const all = new Map<string, Measurements & { readonly each: Measurement[] }>();
  let job: { readonly experiment_id: string; readonly generation: number } | null = null;
  const of = ({ cell, block, run }: { cell: string; block: number; run: number }) => {
    if (job === null) throw new Error('a runner told of a trial before it told of a job');
    const { experiment_id, generation } = job;
    const name = `${experiment_id} ${nameOf({ generation, cell, block, run })}`;
    const found = all.get(name) ?? { experiment_id, generation, cell, block, run, each: [] };
    all.set(name, found);
    return found.each;
  };
  for (const event of observed) {
    if (event.type === 'job-claimed') job = event;
    if (event.type === 'measured') of(event).push({ digest: event.digest, isSpooled: false, isOrphan: false });
    if (event.type === 'spooled') {
      const last = of(event).at(-1);
      if (last !== undefined) last.isSpooled = true;
    }
    if (event.type === 'runner-ended') {
      for (const measurement of [...all.values()].flatMap(({ each }) => each)) measurement.isOrphan = true;
      job = null;
    }
  }
  return [...all.values()];
}

/** Trials that were measured again though nothing had been lost that may be: only a kill before the disk has a result loses it. */
export function againWithoutCause(measured: readonly Measurements[]): string[] {
  return measured.flatMap((trial) =>
    trial.each.slice(0, -1).flatMap(({ isSpooled, isOrphan }) => {
      if (isSpooled) return [`${nameOf(trial)} was measured again though its result was in the spool`];
      return isOrphan ? [] : [`${nameOf(trial)} was measured again though its runner had not ended`];
    }),
  );
}

/**
 * Stored trials with other bytes than were measured for them last, and, of a job that ended with all its trials (`isWhole`), results
 * that were in the spool and are not stored.
 */
export function notKept(
  measured: readonly Measurements[],
  stored: readonly (Key & { readonly digest: string })[],
  isWhole: boolean,
): string[] {
  const last = new Map(measured.map((trial) => [nameOf(trial), trial.each.at(-1)]));
  const names = new Set(stored.map(nameOf));
  const changed = stored.flatMap((trial) => {
    const expected = last.get(nameOf(trial));
    if (expected === undefined) return [`${nameOf(trial)} is stored, and no runner measured it`];
    return expected.digest === trial.digest ? [] : [`${nameOf(trial)} has not the digest that was measured last`];
  });
  const lost = [...last].flatMap(([name, measurement]) =>
    isWhole && measurement?.isSpooled === true && !names.has(name)
      ? [`${name} was in the spool and is not stored`]
      : [],
  );
  return [...changed, ...lost];
}

/** Unique in an experiment. */
const nameOf = ({ generation, cell, block, run }: Key): string => `${generation}/${block}/${run}/${cell}`;

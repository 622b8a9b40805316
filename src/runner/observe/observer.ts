import type { CapacityProbe, SecondRow } from '../../core/load-result.ts';
import type { Observation } from '../../core/trial-result.ts';
import type { ProcessTree } from '../process-tree.ts';
import { observationOf } from './observation.ts';
import { type ProcessUse, takeSnapshot } from './snapshot.ts';
import { WatchedRuns } from './watched-runs.ts';

const SECOND_MS = 1000;

/** Watches a server's tree and the host, each second of the load engine's run. */
export interface Observer {
  /** The engine runs as this process: of a capacity search a new one for each step. */
  generator(pid: number): void;
  /** The engine says that a phase began at `t_s` of its run; the first one tells when the run did. */
  phase(phase: SecondRow['phase'], t_s: number): void;
  /** A step of a capacity search was judged: the one whose run ended last. */
  probe(probe: Pick<CapacityProbe, 'outcome'>): void;
  /** Ends watching; null where the platform shows nothing. May be called again. */
  stop(): Observation | null;
}

/** Begins to watch an idle server. `onServer` hears of its processes each second, so that nobody else need look. */
export function observe(tree: ProcessTree, onServer: (processes: readonly ProcessUse[]) => void): Observer {
  let generatorPid: number | null = null;
  const idle = takeSnapshot(tree, null);
  const runs = new WatchedRuns();
  let timer: NodeJS.Timeout | undefined;

  const tick = (): void => {
    const snapshot = takeSnapshot(tree, generatorPid);
    if (snapshot !== null) {
      runs.second(snapshot);
      onServer(snapshot.server);
    }
    // From the origin, not from the last tick: rows stay those of the engine's seconds.
    const origin = runs.origin_ms ?? 0;
    const next = origin + Math.floor((performance.now() - origin) / SECOND_MS + 1) * SECOND_MS;
    timer = setTimeout(tick, next - performance.now());
  };

  return {
    generator: (pid) => {
      if (generatorPid !== null) runs.begin();
      generatorPid = pid;
    },
    phase: (phase, t_s) => {
      if (idle === null) return;
      if (runs.origin_ms === null) {
        runs.began(performance.now() - t_s * SECOND_MS);
        clearTimeout(timer);
        tick();
      }
      if (phase === 'window' || phase === 'drain') runs.phase(phase, takeSnapshot(tree, generatorPid));
    },
    probe: ({ outcome }) => runs.judged(outcome),
    stop: () => {
      clearTimeout(timer);
      return observationOf({ idle, ...runs.told() });
    },
  };
}

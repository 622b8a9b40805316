import type { CapacityProbe, SecondRow } from '../../core/load-result.ts';
import type { Observation } from '../../core/trial-result.ts';
import type { ProcessTree } from '../process-tree.ts';
import { observationOf } from './observation.ts';
import { type ProcessUse, type Snapshot, takeSnapshot } from './snapshot.ts';
import { WindowEnds } from './window-ends.ts';

const SECOND_MS = 1000;

/** Watches a server's tree and the host, each second of the load engine's run. */
export interface Observer {
  /** The engine runs as this process. */
  generator(pid: number): void;
  /** The engine says that a phase began at `t_s` of its run; the first one tells when the run did. */
  phase(phase: SecondRow['phase'], t_s: number): void;
  /** A step of a capacity search was judged, whose window is the one that ended last. */
  probe(probe: Pick<CapacityProbe, 'outcome'>): void;
  /** Ends watching; null where the platform shows nothing. May be called again. */
  stop(): Observation | null;
}

/** Begins to watch an idle server. `onServer` hears of its processes each second, so that nobody else need look. */
export function observe(tree: ProcessTree, onServer: (processes: readonly ProcessUse[]) => void): Observer {
  let generatorPid: number | null = null;
  const idle = takeSnapshot(tree, null);
  const seconds: Snapshot[] = [];
  let origin_ms: number | null = null;
  const window = new WindowEnds(() => takeSnapshot(tree, generatorPid));
  let timer: NodeJS.Timeout | undefined;

  const tick = (): void => {
    const snapshot = takeSnapshot(tree, generatorPid);
    if (snapshot !== null) {
      seconds.push(snapshot);
      onServer(snapshot.server);
    }
    // From the origin, not from the last tick: rows stay those of the engine's seconds.
    const next = (origin_ms ?? 0) + Math.floor((performance.now() - (origin_ms ?? 0)) / SECOND_MS + 1) * SECOND_MS;
    timer = setTimeout(tick, next - performance.now());
  };

  return {
    generator: (pid) => {
      generatorPid = pid;
    },
    phase: (phase, t_s) => {
      if (idle === null) return;
      if (origin_ms === null) {
        origin_ms = performance.now() - t_s * SECOND_MS;
        tick();
      }
      window.phase(phase);
    },
    probe: ({ outcome }) => window.judged(outcome),
    stop: () => {
      clearTimeout(timer);
      return observationOf({ origin_ms: origin_ms ?? 0, idle, seconds, ...window.ends() });
    },
  };
}

import { cellLoadOf } from '../core/cell-load.ts';
import { loadWords } from '../core/load-words.ts';
import type { Cell } from '../core/matrix.ts';
import type { TrialResult } from '../core/trial-result.ts';
import { measureFloor } from '../load/floor.ts';
import type { CoreSets } from './cores.ts';
import type { Log, OnEvent } from './event.ts';
import type { Guardian } from './guardian/guardian.ts';
import { modelOf, threadsOf } from './load-plan-of.ts';
import { startOf } from './process-table.ts';
import type { ProgressBoard } from './progress-board.ts';

/** The engine's floor by load level; null where it could not be had. */
export type Floors = ReadonlyMap<string, TrialResult['floor']>;

/** The same for cells with the same load, whatever their deployment. */
export const floorKey = (cell: Pick<Cell, 'load'>): string => JSON.stringify(modelOf(cell.load));

const levelName = ({ load }: Cell): string => loadWords(cellLoadOf(load));

export interface FloorContext {
  readonly cells: Iterable<Cell>;
  readonly cores: CoreSets;
  readonly newTrialId: () => string;
  readonly guardian: Guardian | null;
  readonly board: ProgressBoard;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  readonly log: Log;
}

/** What generator and host can do at each load level when the server does nothing: on the cores of the trials. */
export async function measureFloors(context: FloorContext): Promise<Floors> {
  const { cores, signal } = context;
  const floors = new Map<string, TrialResult['floor']>();
  context.board.phase('floor');
  for (const cell of context.cells) {
    const key = floorKey(cell);
    if (floors.has(key)) continue;
    context.onEvent({ type: 'floor', level: levelName(cell) });
    const guarded = context.guardian?.watch({ id: context.newTrialId(), folder: null });
    const onStart = (pid: number): void => guarded?.with({ pid, start: startOf(pid) ?? 0 });
    try {
      const threads = threadsOf(cores.generator);
      const options = { model: modelOf(cell.load), threads, serverCpus: cores.server, generatorCpus: cores.generator };
      floors.set(key, await measureFloor({ ...options, signal, onStart }));
    } catch (error) {
      signal.throwIfAborted();
      context.log.warn({ level: levelName(cell), problem: (error as Error).message }, 'the floor was not measured');
      floors.set(key, null);
    } finally {
      guarded?.release();
    }
  }
  return floors;
}

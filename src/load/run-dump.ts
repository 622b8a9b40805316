import type { LedgerDump } from './ledger.ts';
import type { RecorderDump } from './recorder.ts';
import type { RunEnd } from './run.ts';

interface TurnsDump {
  readonly turns: RecorderDump;
  readonly suspects: RecorderDump;
  readonly suspectsByName: ReadonlyMap<number, RecorderDump>;
  readonly longTurnsMs: number;
}

function dumpTurns({ turns, suspects, suspectsByName, longTurnsMs }: RunEnd['turns']): TurnsDump {
  const byName = new Map([...suspectsByName].map(([name, recorder]) => [name, recorder.dump()]));
  return { turns: turns.dump(), suspects: suspects.dump(), suspectsByName: byName, longTurnsMs };
}

/** What a thread's part of a run has counted, as it travels between threads: numbers and arrays of them only. */
export interface RunDump extends Pick<RunEnd, 'cost' | 'rssMb' | 'givenUp' | 'unreached'> {
  readonly timeline: Readonly<Record<'start' | 'rampEnd' | 'windowStart' | 'windowEnd', number>>;
  readonly ledger: LedgerDump;
  readonly turns: TurnsDump;
  readonly driver: Pick<RunEnd['driver'], 'sentTotal' | 'staleConnections' | 'mostOpen' | 'generatorFaults'>;
  readonly iterations: RunEnd['iterations'];
}

export function dumpRun(end: RunEnd): RunDump {
  const { timeline, ledger, turns, driver, iterations, cost, rssMb, givenUp, unreached } = end;
  const { start, rampEnd, windowStart, windowEnd } = timeline;
  const { sentTotal, staleConnections, mostOpen, generatorFaults } = driver;
  const { begun, completed, broken } = iterations;
  return {
    timeline: { start, rampEnd, windowStart, windowEnd },
    ledger: ledger.dump(),
    turns: dumpTurns(turns),
    driver: { sentTotal, staleConnections, mostOpen, generatorFaults },
    iterations: { begun, completed, broken },
    cost,
    rssMb,
    givenUp,
    unreached,
  };
}

import type { Cost } from './generator-cost.ts';
import { Ledger } from './ledger.ts';
import { Recorder } from './recorder.ts';
import type { RunEnd } from './run.ts';
import type { RunDump } from './run-dump.ts';
import { Timeline } from './timeline.ts';

/** A whole run, of one thread or of several: counts added, nothing averaged. Times in ms. */
export interface RunTotal {
  /** Length of the ramp and of the window as they were. */
  readonly rampMs: number;
  readonly windowMs: number;
  readonly ledger: Ledger;
  readonly turns: Recorder;
  readonly suspects: Recorder;
  readonly suspectsByName: ReadonlyMap<number, Recorder>;
  /** Of the thread that had most of them: any that stands still spoils what it measures. */
  readonly longTurnsMs: number;
  readonly sentTotal: number;
  readonly staleConnections: number;
  /** An upper bound where there are several threads: their largest numbers need not have been at one moment. */
  readonly mostOpen: number;
  readonly generatorFaults: ReadonlyMap<string, number>;
  readonly iterations: { readonly begun: number; readonly completed: number; readonly broken: number };
  /** Busy: of the busiest thread. */
  readonly cost: Cost;
  /** Of the process, which all threads share. */
  readonly rssMb: number;
  readonly givenUp: number;
  readonly unreached: number;
}

type Part = RunEnd | RunDump;

function sum(parts: readonly Part[], of: (part: Part) => number): number {
  return parts.reduce((all, part) => all + of(part), 0);
}

function most(parts: readonly Part[], of: (part: Part) => number): number {
  return Math.max(...parts.map(of));
}

function faults(parts: readonly Part[]): Map<string, number> {
  const all = new Map<string, number>();
  for (const part of parts) {
    for (const [code, count] of part.driver.generatorFaults) all.set(code, (all.get(code) ?? 0) + count);
  }
  return all;
}

/** One run that was made here, as it is. */
export function total([end]: readonly [RunEnd]): RunTotal {
  const { turns, suspects, suspectsByName } = end.turns;
  return { ...scalars([end]), ledger: end.ledger, turns, suspects, suspectsByName };
}

/** The parts of the threads together. `timeoutMs` and `names`: as of their plan. */
export function merged(parts: readonly [RunDump, ...RunDump[]], timeoutMs: number, names: number): RunTotal {
  const ledger = new Ledger(new Timeline(parts[0].timeline.start), timeoutMs, names);
  const [turns, suspects] = [new Recorder(), new Recorder()];
  const suspectsByName = new Map<number, Recorder>();
  for (const part of parts) {
    ledger.add(part.ledger);
    turns.add(part.turns.turns);
    suspects.add(part.turns.suspects);
    for (const [name, dump] of part.turns.suspectsByName) {
      const ofName = suspectsByName.get(name) ?? new Recorder();
      suspectsByName.set(name, ofName);
      ofName.add(dump);
    }
  }
  return { ...scalars(parts), ledger, turns, suspects, suspectsByName };
}

function scalars(
  parts: readonly [Part, ...Part[]],
): Omit<RunTotal, 'ledger' | 'turns' | 'suspects' | 'suspectsByName'> {
  const { start, rampEnd, windowStart, windowEnd } = parts[0].timeline;
  return {
    rampMs: rampEnd - start,
    windowMs: windowEnd - windowStart,
    longTurnsMs: most(parts, ({ turns }) => turns.longTurnsMs),
    sentTotal: sum(parts, ({ driver }) => driver.sentTotal),
    staleConnections: sum(parts, ({ driver }) => driver.staleConnections),
    mostOpen: sum(parts, ({ driver }) => driver.mostOpen),
    generatorFaults: faults(parts),
    iterations: {
      begun: sum(parts, ({ iterations }) => iterations.begun),
      completed: sum(parts, ({ iterations }) => iterations.completed),
      broken: sum(parts, ({ iterations }) => iterations.broken),
    },
    cost: {
      busy: most(parts, ({ cost }) => cost.busy),
      cpuS: sum(parts, ({ cost }) => cost.cpuS),
      gcMs: sum(parts, ({ cost }) => cost.gcMs),
    },
    rssMb: most(parts, ({ rssMb }) => rssMb),
    givenUp: sum(parts, ({ givenUp }) => givenUp),
    unreached: sum(parts, ({ unreached }) => unreached),
  };
}

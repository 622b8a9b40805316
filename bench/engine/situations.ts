import type { Finding } from './section.ts';
import type { Bench } from './situations/bench.ts';
import { costs } from './situations/costs.ts';
import { flatMemory } from './situations/flat-memory.ts';
import { manyConnections } from './situations/many-connections.ts';
import { manyUsers } from './situations/many-users.ts';
import { rehearsal } from './situations/rehearsal.ts';
import { speed } from './situations/speed.ts';
import { systemCalls } from './situations/system-calls.ts';
import { threads } from './situations/threads.ts';
import { timeouts } from './situations/timeouts.ts';

export interface Situation {
  /** As in `--situation`. */
  readonly name: string;
  readonly title: string;
  readonly measure: (bench: Bench) => Promise<Finding>;
}

/** In the order of the document. */
export const SITUATIONS: readonly Situation[] = [
  { name: 'speed', title: 'One generator core beside other load generators', measure: speed },
  { name: 'costs', title: 'Where the time of the generator’s core goes at full speed', measure: costs },
  { name: 'calls', title: 'System calls for each request, beside wrk', measure: systemCalls },
  { name: 'connections', title: 'Memory at 1,000 connections', measure: manyConnections },
  { name: 'memory', title: 'Memory over a minute at full speed', measure: flatMemory },
  { name: 'users', title: '10,000 users who think for 1 to 2 seconds', measure: manyUsers },
  { name: 'rehearsal', title: 'Requests that a young engine is late for', measure: rehearsal },
  { name: 'timeouts', title: 'How long after its timeout a request ends', measure: timeouts },
  { name: 'threads', title: 'Two threads beside one', measure: threads },
];

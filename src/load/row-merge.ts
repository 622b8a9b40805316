import type { SecondRow } from '../core/load-result.ts';
import { Recorder } from './recorder.ts';
import type { RowCounts } from './second-rows.ts';

function sum(
  rows: readonly RowCounts[],
  key: 'answered' | 'failed' | 'bytes' | 'users' | 'in_flight' | 'gc_ms',
): number {
  return rows.reduce((total, row) => total + row[key], 0);
}

/** The same second of every thread as one row. Busy is that of the busiest: a thread is as far as its core goes. */
function merged(rows: readonly [RowCounts, ...RowCounts[]]): SecondRow {
  const latency = new Recorder();
  for (const row of rows) latency.add(row.latency);
  return {
    t_s: rows[0].t_s,
    phase: rows[0].phase,
    answered: sum(rows, 'answered'),
    failed: sum(rows, 'failed'),
    bytes: sum(rows, 'bytes'),
    mean_ms: latency.meanMs(),
    p50_ms: latency.quantileMs(0.5),
    p95_ms: latency.quantileMs(0.95),
    p99_ms: latency.quantileMs(0.99),
    max_ms: latency.quantileMs(1),
    users: sum(rows, 'users'),
    in_flight: sum(rows, 'in_flight'),
    generator_busy: Math.max(...rows.map(({ generator_busy }) => generator_busy)),
    gc_ms: sum(rows, 'gc_ms'),
    longest_turn_ms: Math.max(...rows.map(({ longest_turn_ms }) => longest_turn_ms ?? 0)),
  };
}

/** The clocks of the threads agree to less, and no two rows of one thread begin so close to each other but where the window does. */
const SAME_START_S = 0.002;

/**
 * Puts the rows of the threads together, those that begin at the same time: a thread that hears late of where the window begins has
 * closed a row at another place than the others.
 */
export class RowMerge {
  readonly rows: SecondRow[] = [];
  readonly #queues: RowCounts[][];
  readonly #emit: (row: SecondRow) => void;

  constructor(threads: number, emit: (row: SecondRow) => void) {
    this.#queues = Array.from({ length: threads }, () => []);
    this.#emit = emit;
  }

  add(thread: number, row: RowCounts): void {
    this.#queues[thread]?.push(row);
    while (this.#queues.every((queue) => queue.length > 0)) this.#take();
  }

  /** All threads have ended: some close one row more than others, of what they still waited for. */
  finish(): void {
    while (this.#queues.some((queue) => queue.length > 0)) this.#take();
  }

  #take(): void {
    const starts = this.#queues.flatMap(([row]) => row?.t_s ?? []);
    const until = Math.min(...starts) + SAME_START_S;
    const [first, ...rest] = this.#queues.flatMap((queue) => {
      const isNext = queue[0] !== undefined && queue[0].t_s <= until;
      return isNext ? (queue.shift() ?? []) : [];
    });
    if (first === undefined) return;
    const row = merged([first, ...rest]);
    this.rows.push(row);
    this.#emit(row);
  }
}

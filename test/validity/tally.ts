import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Plan } from './plan.ts';
import type { RunRecord } from './run-record.ts';

/** A line of the file. `began` stands before each run: without its `run` behind it that run was broken off, and was begun again. */
export type Entry =
  | ({ readonly type: 'plan' } & Plan)
  | { readonly type: 'began'; readonly index: number; readonly at: string }
  | ({ readonly type: 'run' } & RunRecord);

export interface Tallied {
  readonly plan: Plan | null;
  /** In the order in which they were made. */
  readonly runs: readonly RunRecord[];
  /** Runs that were begun and did not get to an answer: the program was ended meanwhile. */
  readonly broken_off: number;
}

/** What became of the runs so far, a line of JSON each: what is in the file stays, however the program ends. */
export class Tally {
  readonly #file: string;

  /** Of a file that ends within a line, which a killed program leaves, that line is cut off. */
  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file)) return;
    const bytes = readFileSync(file);
    const whole = bytes.lastIndexOf('\n') + 1;
    if (whole < bytes.length) truncateSync(file, whole);
  }

  add(entry: Entry): void {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  read(): Tallied {
    const text = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : '';
    const entries = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Entry);
    return tallied(entries);
  }
}

export function tallied(entries: readonly Entry[]): Tallied {
  const runs = entries.filter((entry) => entry.type === 'run');
  const began = entries.filter((entry) => entry.type === 'began').length;
  const plan = entries.findLast((entry) => entry.type === 'plan') ?? null;
  return { plan, runs, broken_off: began - runs.length };
}

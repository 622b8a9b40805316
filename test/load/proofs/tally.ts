import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { cpus, release } from 'node:os';
import type { CaseOutcome, Form } from './proof.ts';

/** What ran where, and when it began. */
export interface Circumstances {
  readonly at: string;
  readonly host: string;
  readonly form: Form;
}

export type Entry =
  | ({ readonly type: 'began' } & Circumstances)
  | ({ readonly type: 'case'; readonly seconds: number } & CaseOutcome);

export interface Tallied {
  readonly circumstances: Circumstances | null;
  readonly cases: readonly Extract<Entry, { type: 'case' }>[];
}

export function circumstancesOf(form: Form): Circumstances {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const host = `${model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`;
  return { at: new Date().toISOString(), host, form };
}

/** The figures of one run, a line of JSON each: what was seen stays, however the program ends. */
export class ProofTally {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** A new run takes the place of the last one. */
  begin(circumstances: Circumstances): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    rmSync(this.#file, { force: true });
    this.add({ type: 'began', ...circumstances });
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
    const began = entries.find((entry) => entry.type === 'began');
    return { circumstances: began ?? null, cases: entries.filter((entry) => entry.type === 'case') };
  }
}

import type { Done } from './worker.ts';

/** Often enough to see that it goes on. */
const SAY_EVERY_MS = 2_000;

/** A line now and then about how far a run over numbered cases is; and up to which number it has no gap. */
export class Progress {
  /** All cases below this number are done. */
  reached: number;
  readonly #verb: string;
  readonly #count: number;
  readonly #say: (line: string) => void;
  readonly #began = performance.now();
  #said = performance.now();
  #done = 0;
  #unexplained = 0;
  #bytes = 0;
  /** Ranges beyond `reached`: start → end. */
  readonly #ahead = new Map<number, number>();

  constructor(verb: string, from: number, count: number, say: (line: string) => void) {
    this.#verb = verb;
    this.reached = from;
    this.#count = count;
    this.#say = say;
  }

  /** `onDone`, with what is done counted before. */
  counting(onDone: (done: Done) => boolean): (done: Done) => boolean {
    return (done) => {
      this.#add(done);
      return onDone(done);
    };
  }

  #add({ task, tally }: Done): void {
    this.#done += task.to - task.from;
    this.#bytes += tally.bytes;
    this.#unexplained += tally.unexplained;
    this.#ahead.set(task.from, task.to);
    for (let to = this.#ahead.get(this.reached); to !== undefined; to = this.#ahead.get(this.reached)) {
      this.#ahead.delete(this.reached);
      this.reached = to;
    }
    const now = performance.now();
    if (now - this.#said < SAY_EVERY_MS && this.#done < this.#count) return;
    this.#said = now;
    const leftS = ((now - this.#began) / 1000 / this.#done) * (this.#count - this.#done);
    const found = this.#bytes === 0 ? '' : `, ${(this.#bytes / 1e9).toFixed(2)} GB, ${this.#unexplained} unexplained`;
    this.#say(`${this.#verb} ${this.#done} of ${this.#count}${found}, ${leftS.toFixed(0)} s left`);
  }
}

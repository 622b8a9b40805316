import type { JobStatus } from '../core/runner-protocol.ts';

/**
 * Why a job ends before its matrix does: `canceled` by someone · `lost` to another runner, or gone · `deadline` ·
 * `drained` the runner is to end · `refused` the service wants no more of this runner.
 */
export type EarlyEnd = 'canceled' | 'lost' | 'deadline' | 'drained' | 'refused';

export class JobEnded extends Error {
  readonly end: EarlyEnd;

  constructor(end: EarlyEnd, cause?: unknown) {
    super(`the job ends: ${end}`, { cause });
    this.name = 'JobEnded';
    this.end = end;
  }
}

/** Ends a job from wherever the news comes: heartbeat, upload, clock, operator. The first news counts. */
export class JobControl {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #operator: AbortSignal;
  readonly #drain = (): void => this.end('drained');

  constructor(operator: AbortSignal, deadlineInS: number) {
    this.#operator = operator;
    this.#timer = setTimeout(() => this.end('deadline'), deadlineInS * 1000);
    operator.addEventListener('abort', this.#drain, { once: true });
    if (operator.aborted) this.#drain();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it was ended; null: it was not. */
  get ended(): JobEnded | null {
    const reason: unknown = this.signal.reason;
    return reason instanceof JobEnded ? reason : null;
  }

  end(end: EarlyEnd, cause?: unknown): void {
    if (!this.signal.aborted) this.#controller.abort(new JobEnded(end, cause));
  }

  /** What an answer of the service said of the job. */
  heard(status: JobStatus | null): void {
    if (status === 'canceling') this.end('canceled');
    if (status === 'lost') this.end('lost');
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#operator.removeEventListener('abort', this.#drain);
  }
}

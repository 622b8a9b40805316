import { Worker } from 'node:worker_threads';
import { AppError } from '../core/errors.ts';
import type { ReportPage } from '../db/report-pages.ts';
import type { Derive } from './derive.ts';
import type { Asked, FromThread, ToThread } from './derive-message.ts';
import type { DocumentPart, MadeResults } from './documents.ts';

/** Who waits for the thread, each perhaps with 10 MiB of results in hand. More are sent away. */
const MOST_WAITING = 16;
/** The largest experiment needs about 300 MiB. At the limit the thread ends, not the service. */
const MOST_HEAP_MIB = 1_024;

export interface DeriveThread extends Derive {
  /** Ends the thread; what it was making fails. Idempotent. */
  close(): Promise<void>;
}

/** One life of the thread. Once it has failed it answers nothing more. */
class Life {
  readonly #worker: Worker;
  #over: Error | null = null;
  #settle: ((said: FromThread | Error) => void) | null = null;

  constructor(script: URL) {
    this.#worker = new Worker(script, { name: 'derive', resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB } });
    // The service lives by its port, not by this thread.
    this.#worker.unref();
    this.#worker.on('message', (said: FromThread) => this.#settle?.(said));
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', (code) => this.#end(new Error(`the thread that makes documents ended with code ${code}`)));
  }

  get isOver(): boolean {
    return this.#over !== null;
  }

  #end(error: Error): void {
    this.#over ??= error;
    this.#settle?.(this.#over);
  }

  say(message: ToThread): void {
    this.#worker.postMessage(message, []);
  }

  async ask<T>(message: Asked): Promise<T> {
    const said = await new Promise<FromThread | Error>((resolve) => {
      this.#settle = resolve;
      if (this.#over === null) this.say(message);
      else resolve(this.#over);
    });
    this.#settle = null;
    if (said instanceof Error) throw said;
    if (said.type === 'made') return said.value as T;
    const error = new Error(said.message);
    if (said.stack !== undefined) error.stack = said.stack;
    throw error;
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** `derive-worker.ts` in a thread that is started when it is first needed, and again after it failed; one document at a time. */
export function createDeriveThread(): DeriveThread {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const script = new URL(`./derive-worker${extension}`, import.meta.url);
  let life: Life | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let closed = false;

  const inTurn = async <T>(work: (thread: Life) => Promise<T>): Promise<T> => {
    if (waiting >= MOST_WAITING) {
      throw new AppError('rate-limited', 'too many reports are being made at once; try again shortly');
    }
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    waiting += 1;
    try {
      await before;
      if (closed) throw new Error('the service is stopping');
      if (life === null || life.isOver) life = new Life(script);
      return await work(life);
    } finally {
      waiting -= 1;
      resolve();
    }
  };

  return {
    results: (head, pages) =>
      inTurn(async (thread) => {
        try {
          for await (const trials of pages) thread.say({ type: 'trials', trials });
        } catch (error) {
          thread.say({ type: 'forget' });
          throw error;
        }
        return thread.ask<MadeResults>({ type: 'results', head });
      }),
    part: (text, part) => inTurn((thread) => thread.ask<DocumentPart>({ type: 'part', text, part })),
    comparison: (a, b) => inTurn((thread) => thread.ask<string>({ type: 'comparison', a, b })),
    page: (text, options) => inTurn((thread) => thread.ask<ReportPage>({ type: 'page', text, options })),
    async close() {
      closed = true;
      await life?.terminate();
    },
  };
}

import { Worker } from 'node:worker_threads';
import type { ParsedPlan } from '../core/load-plan.ts';
import type { LoadMessage } from '../core/load-result.ts';
import type { RowMerge } from './row-merge.ts';
import { merged, type RunTotal } from './run-total.ts';
import type { RunDump } from './run-dump.ts';
import { Script } from './script.ts';
import { sharedNow } from './shared-clock.ts';
import type { FromThread, ThreadOrder, ToThread } from './thread-messages.ts';

/** What is told to all threads is for a moment that comes after the telling. */
const AHEAD_MS = 50;

export interface ThreadsOptions {
  readonly plan: ParsedPlan;
  readonly address: string;
  readonly threads: number;
  readonly rows: RowMerge;
  readonly emit: (message: LoadMessage) => void;
  readonly signal: AbortSignal;
}

/** Answers that are awaited from every thread. */
class Roll {
  readonly #missing: Set<number>;
  readonly #done: () => void;

  constructor(threads: number, done: () => void) {
    this.#missing = new Set(Array.from({ length: threads }, (_, thread) => thread));
    this.#done = done;
  }

  answer(thread: number): void {
    this.#missing.delete(thread);
    if (this.#missing.size === 0) this.#done();
  }
}

function startThread(order: ThreadOrder): Worker {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return new Worker(new URL(`./thread-main${extension}`, import.meta.url), { workerData: order });
}

/**
 * One plan by several threads of this process: they start together, their windows are the same, and only counts are put together.
 * @returns null when it was stopped before the window began.
 * @throws when a thread fails.
 */
export async function runThreads(options: ThreadsOptions): Promise<RunTotal | null> {
  const { plan, address, threads, rows, emit, signal } = options;
  const workers = Array.from({ length: threads }, (_, thread) =>
    startThread({ plan, address, share: { thread, threads } }),
  );
  const tell = (message: ToThread): void => workers.forEach((worker) => worker.postMessage(message));
  const ended = Promise.withResolvers<void>();
  const dumps: (RunDump | null)[] = [];
  const ready = new Roll(threads, () => tell({ type: 'start', at: sharedNow() + AHEAD_MS }));
  const settled = new Roll(threads, () => tell({ type: 'end-ramp', at: sharedNow() + AHEAD_MS }));
  const end = new Roll(threads, ended.resolve);
  const hear = (thread: number, message: FromThread): void => {
    if (message.type === 'ready') ready.answer(thread);
    if (message.type === 'settled') settled.answer(thread);
    if (message.type === 'row') rows.add(thread, message.row);
    // All pass from one phase to the next at the same moment.
    if (message.type === 'phase' && thread === 0) emit(message);
    if (message.type === 'end') {
      dumps[thread] = message.dump;
      end.answer(thread);
    }
  };
  const stop = (): void => tell({ type: 'stop' });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  workers.forEach((worker, thread) => {
    worker.on('message', (message: FromThread) => hear(thread, message));
    worker.once('error', ended.reject);
  });
  try {
    await ended.promise;
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  const whole = dumps.filter((dump) => dump !== null);
  const [first, ...rest] = whole;
  if (first === undefined || whole.length < threads) return null;
  return merged([first, ...rest], plan.timeout_s * 1000, new Script(plan).names.length);
}

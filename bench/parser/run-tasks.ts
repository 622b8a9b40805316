import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Task } from './task.ts';
import type { Done } from './worker.ts';

/** A range takes about a second; a thread that has not answered for so long hangs in it. */
const HANG_MS = 120_000;

/**
 * Hands the tasks to threads, one at a time each, and calls `onDone` with what came of each, until there are no more, `onDone` returns
 * false or the signal aborts. All threads have ended when this settles.
 * @throws Error when a thread fails or hangs, with the range it was at.
 */
export async function runTasks(
  tasks: Iterator<Task>,
  workers: number,
  onDone: (done: Done) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const one = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      while (!stop.signal.aborted && !signal.aborted) {
        const next = tasks.next();
        if (next.done === true) return;
        if (!onDone(await ask(worker, next.value))) stop.abort();
      }
    } catch (error) {
      stop.abort();
      throw error;
    } finally {
      await worker.terminate();
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: workers }, one));
  const failed = settled.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function ask(worker: Worker, task: Task): Promise<Done> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), HANG_MS);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin
  worker.postMessage(task);
  try {
    const [done] = (await once(worker, 'message', { signal: late.signal })) as [Done];
    return done;
  } catch (error) {
    throw new Error(`${task.kind} ${task.from} to ${task.to} of seed ${task.seed} did not end`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

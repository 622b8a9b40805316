import type { Db } from '../db/client.ts';
import { expire } from '../db/expiry.ts';
import { prune } from '../db/prune.ts';
import type { Log } from './deps.ts';
import type { QueueBell } from './queue-bell.ts';

const TICK_MS = 1_000;
/** What is kept for a day or for months need not go to the second. */
const PRUNE_EVERY_MS = 60_000;

/**
 * Each second: what time has done to jobs. Each minute: what is older than it is kept. One at a time; a failure is logged once
 * until it works again.
 */
export function startExpiryTick(deps: { db: Db; log: Log; bell: QueueBell }): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  let failing = false;
  let pruneAt = performance.now();
  const tick = async () => {
    try {
      const expired = await expire(deps.db);
      for (const job of expired) deps.log.info({ ...job }, `job ${job.status}`);
      if (expired.some((job) => job.status === 'queued')) deps.bell.ring();
      if (performance.now() >= pruneAt) pruneAt = performance.now() + (await pruneOnce(deps));
      failing = false;
    } catch (error) {
      if (!failing) deps.log.error({ err: error }, 'expiry failed; it is tried again each second');
      failing = true;
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = tick().finally(() => (busy = false));
  }, TICK_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Removes one batch; milliseconds until the next is due. */
async function pruneOnce({ db, log }: { db: Db; log: Log }): Promise<number> {
  const { answers, experiments, runners, more } = await prune(db);
  if (experiments + runners > 0) log.info({ answers, experiments, runners }, 'older than it is kept: removed');
  return more ? 0 : PRUNE_EVERY_MS;
}

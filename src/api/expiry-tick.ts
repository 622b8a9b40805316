import type { Db } from '../db/client.ts';
import { expire } from '../db/expiry.ts';
import { prune } from '../db/prune.ts';
import { watchRunners } from '../db/runner-presence.ts';
import type { Log, OutboxBell } from './deps.ts';
import type { QueueBell } from './queue-bell.ts';
import { ONLINE_S } from './runner-view.ts';

const TICK_MS = 1_000;
/** What is kept for a day or for months need not go to the second. */
const PRUNE_EVERY_MS = 60_000;

/**
 * Each second: what time has done to jobs, and which runners went silent or came back. Each minute: what is older than it is kept. One
 * at a time; a failure is logged once until it works again.
 */
export function startExpiryTick(deps: { db: Db; log: Log; bell: QueueBell; outbox?: OutboxBell | undefined }): {
  stop(): Promise<void>;
} {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  let failing = false;
  let pruneAt = performance.now();
  const tick = async () => {
    try {
      const expired = await expire(deps.db);
      for (const job of expired) deps.log.info({ ...job }, `job ${job.status}`);
      if (expired.some((job) => job.status === 'queued')) deps.bell.ring();
      const changed = await watchRunners(deps.db, ONLINE_S);
      for (const { type, ...runner } of changed) deps.log.info({ ...runner }, type);
      if (expired.length + changed.length > 0) deps.outbox?.wake();
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
  const { answers, experiments, runners, deliveries, more } = await prune(db);
  if (experiments + runners > 0)
    log.info({ answers, experiments, runners, deliveries }, 'older than it is kept: removed');
  return more ? 0 : PRUNE_EVERY_MS;
}

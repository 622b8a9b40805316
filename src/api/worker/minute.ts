import { PROTOCOL } from '../../core/job.ts';
import type { Db, OpenDatabase } from '../../db/client.ts';
import { expire } from '../../db/expiry.ts';
import { prune } from '../../db/prune.ts';
import { watchRunners } from '../../db/runner-presence.ts';
import type { Log } from '../deps.ts';
import { ONLINE_S } from '../runner-view.ts';
import { pause } from './pause.ts';

/**
 * The cron comes once a minute, but leases want a look at least every two beats: a longer time without one counts as an outage of
 * the service, after which every lease is given anew, and a dead runner would hold its job for ever.
 */
export const LOOK_EVERY_S = PROTOCOL.heartbeat_s;
const LOOKS = 60 / LOOK_EVERY_S;

export interface MinuteOptions {
  readonly open: () => Promise<OpenDatabase>;
  readonly log: Log;
  /** Gives verdicts to what has ended without one; how many it was. */
  readonly judge: (db: Db) => Promise<number>;
  /** Sends what the outbox holds, over a connection of its own. */
  readonly send: () => Promise<void>;
  /** Seconds between two looks. */
  readonly look_every_s?: number;
}

/**
 * What the cron of one minute does: lets time expire leases, removes what is kept no longer, judges what has ended, and sends what the
 * outbox holds, now and at each beat until the next cron. Sending is not waited for: a receiver that is slow must not keep the next
 * look waiting.
 */
export async function minute({ open, log, judge, send, look_every_s = LOOK_EVERY_S }: MinuteOptions): Promise<void> {
  const sending = oneAtATime(send, log);
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await pause(look_every_s * 1000);
    // A connection per look: none is held while nothing is done.
    const { db, close } = await open();
    try {
      for (const job of await expire(db)) log.info({ ...job }, `job ${job.status}`);
      for (const { type, ...runner } of await watchRunners(db, ONLINE_S)) log.info({ ...runner }, type);
      const pruned = await prune(db);
      if (pruned.answers + pruned.experiments + pruned.runners + pruned.keys > 0) log.info({ ...pruned }, 'pruned');
      const judged = await judge(db);
      if (judged > 0) log.info({ judged }, 'judged');
    } catch (error) {
      log.error({ err: error }, 'expiry, pruning or judging failed; it is tried again at the next look');
    } finally {
      await close();
    }
    sending.start();
  }
  await sending.ended();
}

/** A look that comes while the sending of the one before lasts leaves it to that. */
function oneAtATime(send: MinuteOptions['send'], log: Log) {
  let sending: Promise<void> | null = null;
  const sendOnce = async () => {
    try {
      await send();
    } catch (error) {
      log.error({ err: error }, 'the outbox could not be sent; it is tried again at the next look');
    } finally {
      sending = null;
    }
  };
  return {
    start: () => void (sending ??= sendOnce()),
    ended: async () => {
      await sending;
    },
  };
}

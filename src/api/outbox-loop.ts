import { leaseDeliveries } from '../db/delivery-lease.ts';
import { deliver } from './deliver.ts';
import type { OutboxBell } from './deps.ts';
import type { OutboxDeps } from './outbox-deps.ts';

/** How often is looked for what is due. */
const LOOK_EVERY_MS = 1_000;
/** After a change that was noted a look comes sooner; of many changes at once one look finds all. */
const WAKE_AFTER_MS = 50;
/** At once from one process: a tick that finds more leaves it to the next. */
const MAX_IN_FLIGHT = 50;
/** What is being sent when the service stops may finish; then it is broken off, and sent again by who starts next. */
const STOP_MS = 5_000;

export interface OutboxLoop extends OutboxBell {
  /** Idempotent; resolves when nothing is being sent any more. */
  stop(): Promise<void>;
}

/** Sends what the outbox holds, from a process that lives on (Node). A failure is logged once until it works again. */
export function startOutboxLoop(deps: OutboxDeps, stop_ms: number = STOP_MS): OutboxLoop {
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();
  let looking: Promise<void> | null = null;
  let failing = false;
  let soon: ReturnType<typeof setTimeout> | null = null;
  let stopped: Promise<void> | null = null;

  const send = (delivery: Parameters<typeof deliver>[1]) => {
    const sent: Promise<void> = deliver(deps, delivery, stopping.signal).finally(() => void inFlight.delete(sent));
    inFlight.add(sent);
  };
  const lookOnce = async () => {
    try {
      const free = MAX_IN_FLIGHT - inFlight.size;
      if (free > 0) for (const delivery of await leaseDeliveries(deps.db, free)) send(delivery);
      failing = false;
    } catch (error) {
      if (!failing) deps.log.error({ err: error }, 'the outbox could not be read; it is tried again each second');
      failing = true;
    }
  };
  const look = () => {
    if (stopped === null) looking ??= lookOnce().finally(() => (looking = null));
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();

  const stop = async () => {
    clearInterval(timer);
    if (soon !== null) clearTimeout(soon);
    await looking;
    const late = setTimeout(() => stopping.abort(), stop_ms);
    await Promise.all(inFlight);
    clearTimeout(late);
  };
  return {
    wake() {
      if (soon !== null || stopped !== null) return;
      soon = setTimeout(() => {
        soon = null;
        look();
      }, WAKE_AFTER_MS);
      soon.unref();
    },
    stop: () => (stopped ??= stop()),
  };
}

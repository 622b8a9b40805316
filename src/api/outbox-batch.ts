import { leaseDeliveries } from '../db/delivery-lease.ts';
import { deliver } from './deliver.ts';
import type { OutboxDeps } from './outbox-deps.ts';

/** Of one call, so that it ends. */
const MAX_SENT = 50;

/**
 * Sends what is due, `at_once` side by side, until nothing is left or fifty were sent; resolves with how many. One that is slow keeps none
 * but itself waiting. For a process that may end at any moment (Workers): what it does not get to is due at the next call.
 */
export async function sendDue(deps: OutboxDeps, at_once: number): Promise<number> {
  const inFlight = new Set<Promise<void>>();
  let sent = 0;
  try {
    for (;;) {
      const free = Math.min(at_once - inFlight.size, MAX_SENT - sent);
      for (const delivery of free > 0 ? await leaseDeliveries(deps.db, free) : []) {
        const sending: Promise<void> = deliver(deps, delivery).finally(() => void inFlight.delete(sending));
        inFlight.add(sending);
        sent += 1;
      }
      if (inFlight.size === 0) return sent;
      await Promise.race(inFlight);
    }
  } finally {
    // Also when the database fails in between: whoever has called closes it afterwards.
    await Promise.all(inFlight);
  }
}

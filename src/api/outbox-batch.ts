import { leaseDeliveries } from '../db/delivery-lease.ts';
import { deliver } from './deliver.ts';
import type { OutboxDeps } from './outbox-deps.ts';

/** Of one call, so that it ends. */
const MAX_SENT = 50;

/**
 * Sends what is due, `at_once` side by side, until nothing is left or fifty were sent; resolves with how many. For a process that may
 * end at any moment (Workers): what it does not get to is due at the next call.
 */
export async function sendDue(deps: OutboxDeps, at_once: number): Promise<number> {
  let sent = 0;
  while (sent < MAX_SENT) {
    const leased = await leaseDeliveries(deps.db, Math.min(at_once, MAX_SENT - sent));
    if (leased.length === 0) break;
    await Promise.all(leased.map((delivery) => deliver(deps, delivery)));
    sent += leased.length;
  }
  return sent;
}

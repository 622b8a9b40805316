import { type SQL, sql } from 'drizzle-orm';
import { PROTOCOL } from '../core/job.ts';

/**
 * How long a lease is, in seconds: the protocol's 90, unless the database session says otherwise. Tests of faults do, who cannot
 * wait for 90 s; what depends on it keeps the protocol's proportions.
 */
const SETTING = 'benchwright.lease_s';
export const LEASE_S: SQL<number> = sql`coalesce(nullif(current_setting('${sql.raw(SETTING)}', true), '')::double precision, ${sql.raw(String(PROTOCOL.lease_s))})`;

const ofLease = (seconds: number): SQL<number> =>
  sql`(${LEASE_S} * ${sql.raw(String(seconds))} / ${sql.raw(String(PROTOCOL.lease_s))})`;

/** A claim that is not started by then returns to the queue. */
export const CLAIM_START_S = ofLease(PROTOCOL.claim_start_s);
/** Two beats: an outage that is shorter leaves a lease of six beats enough of them; a longer one does not count against runners. */
export const SERVICE_GAP_S = 2 * PROTOCOL.heartbeat_s;
export const SCALED_GAP_S = ofLease(SERVICE_GAP_S);

/** What a database session is to be opened with for leases of that length; nothing for the protocol's. */
export function leaseSettings(lease_s: number | undefined): Record<string, string> {
  return lease_s === undefined ? {} : { [SETTING]: String(lease_s) };
}

/** How often a holder of such a lease reports. */
export function heartbeatOf(lease_s: number): number {
  return (lease_s * PROTOCOL.heartbeat_s) / PROTOCOL.lease_s;
}

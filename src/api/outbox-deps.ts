import { LEASE_S } from '../db/delivery-lease.ts';
import type { Deps } from './deps.ts';
import type { KeptSecrets } from './kept-secrets.ts';
import type { OutboundFetch } from './outbound-fetch.ts';
import type { ServiceSecrets } from './service-secrets.ts';

/** All that sending reaches outside itself. */
export interface OutboxDeps extends Pick<Deps, 'db' | 'now' | 'config' | 'log'> {
  readonly fetch: OutboundFetch;
  /** In [0, 1). */
  readonly random: () => number;
  readonly kept: KeptSecrets;
  readonly secrets: ServiceSecrets;
}

/** For all of one request: a receiver does its work after it has answered. */
export const ATTEMPT_TIMEOUT_MS = 15_000;
/** For all requests of one attempt, of which a comment may need several: it has ended, and is noted, when its lease lapses. */
export const WHOLE_ATTEMPT_MS = LEASE_S * 1_000 - ATTEMPT_TIMEOUT_MS;
/** Of an answer's body so much is kept with the attempt: enough for what went wrong. */
export const MAX_KEPT_ANSWER = 1_024;

export function userAgent({ config }: Pick<Deps, 'config'>): string {
  return `Benchwright/${config.version}`;
}

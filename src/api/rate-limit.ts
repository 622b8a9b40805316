import type { Context } from 'hono';
import { AppError } from '../core/errors.ts';
import type { AppEnv, Deps } from './deps.ts';
import type { Allowance } from './rate-limiter.ts';

/**
 * Not counted. The runner protocol sets its own pace (`poll_s`, `heartbeat_s`, as many trials as the schedule has), and a
 * heartbeat that is refused can cost a measured run. Health is asked by load balancers, often from the address of everybody.
 */
const UNCOUNTED = /^\/(?:runner\/v1\/|healthz$|readyz$)/;

/** Where a request comes from, as far as the platform tells. */
function addressOf(deps: Deps, c: Context<AppEnv>): string {
  return deps.addressOf?.(c.req.raw, c.env) ?? 'unknown';
}

async function count(deps: Deps, c: Context<AppEnv>, who: string): Promise<void> {
  if (deps.limiter === null) return;
  refuse(c, await deps.limiter.take(who));
}

function refuse(c: Context<AppEnv>, allowance: Allowance): void {
  c.set('allowance', allowance);
  if (allowance.allowed) return;
  const { retry_after_s } = allowance;
  throw new AppError('rate-limited', `too many requests; the next one is taken in ${retry_after_s} s`, {
    extra: { retry_after_s },
  });
}

/** Counts a request of the key that asks, or without one of its address. Throws rate-limited. */
export async function countRequest(deps: Deps, c: Context<AppEnv>, key_id: string | null): Promise<void> {
  if (UNCOUNTED.test(c.req.path)) return;
  await count(deps, c, key_id === null ? `address:${addressOf(deps, c)}` : `key:${key_id}`);
}

/** Counts a request that no route takes and nobody's key is asked for, whatever its path. Throws rate-limited. */
export async function countStranger(deps: Deps, c: Context<AppEnv>): Promise<void> {
  await count(deps, c, `address:${addressOf(deps, c)}`);
}

/**
 * Refuses a key without asking the database, when it is none that was good before and its address has tried too many: so that
 * trying keys costs no query. Throws rate-limited.
 */
export function refuseGuesses(deps: Deps, c: Context<AppEnv>): void {
  const allowance = deps.limiter?.spent?.(`refused:${addressOf(deps, c)}`) ?? null;
  if (allowance !== null) refuse(c, allowance);
}

/** Counts a key that was refused, on every route: whoever tries keys gets to hear 429. Throws rate-limited. */
export async function countRefusedKey(deps: Deps, c: Context<AppEnv>): Promise<void> {
  await count(deps, c, `refused:${addressOf(deps, c)}`);
}

/** On every answer to a request that was counted: the policy, and what is left of it where that is known. */
export function rateLimitHeaders(deps: Deps, c: Context<AppEnv>): Record<string, string> {
  const allowance = c.get('allowance');
  if (deps.limiter === null || allowance === undefined) return {};
  const { remaining, full_in_s } = allowance;
  return {
    'RateLimit-Policy': deps.limiter.policy,
    ...(remaining === null || full_in_s === undefined ? {} : { RateLimit: `"default";r=${remaining};t=${full_in_s}` }),
  };
}

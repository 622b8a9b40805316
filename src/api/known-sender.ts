import { AppError } from '../core/errors.ts';
import type { Provider } from '../core/origin.ts';
import { findHook, hookPurpose, type HookRow } from '../db/hooks.ts';
import type { Deps } from './deps.ts';
import { verifySender } from './hook-signature.ts';
import type { KeptSecrets } from './kept-secrets.ts';

interface Request {
  readonly provider: Provider;
  readonly hook_id: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** For an unknown hook as much is computed as for one that there is. What fits it is refused all the same. */
const NO_SECRET = 'there is no such hook';

async function secretsOf(deps: Deps, kept: KeptSecrets, hook: HookRow): Promise<string[]> {
  const isRotated = hook.previous_until !== null && hook.previous_until > deps.now();
  const purposes = [hookPurpose(hook.id, 'secret'), ...(isRotated ? [hookPurpose(hook.id, 'previous')] : [])];
  const opened = await Promise.all(purposes.map((purpose) => kept.open(purpose)));
  return opened.flatMap((each) => (each === null ? [] : [new TextDecoder().decode(each.secret)]));
}

/**
 * The hook that an event is for, when who sends it knows its secret. Throws unauthorized: an unknown hook, one of another provider and a
 * wrong signature are not told apart. Of a right one that is old that is told: whoever made it knows the secret.
 */
export async function knownSender(deps: Deps, kept: KeptSecrets, request: Request): Promise<HookRow> {
  const { provider, hook_id, headers, bytes } = request;
  const hook = await findHook(deps.db, provider, hook_id);
  const secrets = hook === null ? [NO_SECRET] : await secretsOf(deps, kept, hook);
  const verdict = await verifySender(provider, { headers, bytes }, secrets, deps.now());
  if (hook === null || verdict === 'bad')
    throw new AppError('unauthorized', 'no such hook, or a signature that is not made with its secret');
  if (verdict === 'old')
    throw new AppError('unauthorized', 'webhook-timestamp is more than 5 minutes away from the clock of this service');
  return hook;
}

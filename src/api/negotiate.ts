import { parseAccept } from 'hono/utils/accept';
import { AppError } from '../core/errors.ts';

function quality(accepted: ReturnType<typeof parseAccept>, type: string): number {
  const [main = ''] = type.split('/');
  // The most specific range decides (RFC 9110, 12.5.1).
  for (const range of [type, `${main}/*`, '*/*']) {
    const found = accepted.find((a) => a.type.toLowerCase() === range);
    if (found) return found.q;
  }
  return 0;
}

/** The offered type that `Accept` prefers; of equals the first offered. Throws not-acceptable. */
export function negotiate<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const accepted = parseAccept(accept);
  const ranked = offered.map((type) => ({ type, q: quality(accepted, type) })).filter(({ q }) => q > 0);
  const best = ranked.reduce<{ type: T; q: number } | null>((a, b) => (a !== null && a.q >= b.q ? a : b), null);
  if (best) return best.type;
  throw new AppError('not-acceptable', `offered: ${offered.join(', ')}; Accept was ${accept.slice(0, 200)}`);
}

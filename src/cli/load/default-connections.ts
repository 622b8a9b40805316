import { DEFAULT_POOL_CONNECTIONS, MAX_CONNECTIONS } from '../../core/limits.ts';
import type { LoadOptions } from './load-options.ts';

/** What wrk uses when nothing is said. */
const CLOSED = 10;

/** How many there are where nobody says it, as text: at least one for each thread. */
export function defaultConnections(loop: 'closed' | 'open', { threads }: LoadOptions): string {
  const usual = loop === 'closed' ? CLOSED : DEFAULT_POOL_CONNECTIONS;
  return String(Math.min(MAX_CONNECTIONS, Math.max(usual, Math.trunc(Number(threads)) || 0)));
}

import { DEFAULT_MAX_CONNECTIONS, MAX_CONNECTIONS } from '../../core/limits.ts';
import { ARRIVALS, type ModelOf } from '../../core/load-plan.ts';
import { defaultConnections } from './default-connections.ts';
import type { LoadOptions } from './load-options.ts';
import type { Reading } from './reading.ts';

/** As in a spec: users who do not know of each other come by chance. */
const DEFAULT_ARRIVALS = 'poisson';

/** What all open models have. */
type Pool = Pick<ModelOf<'rate'>, 'arrivals' | 'connections' | 'max_connections'>;

export function readPool(options: LoadOptions, reading: Reading): Pool {
  const { arrivals = DEFAULT_ARRIVALS, connections, maxConnections } = options;
  const most = maxConnections ?? roomFor(connections);
  const max_connections = reading.number('--max-connections', most, 1, MAX_CONNECTIONS, true);
  const first = connections ?? String(Math.min(Number(defaultConnections('open', options)), max_connections));
  const pool = {
    arrivals: reading.choice('--arrivals', arrivals, ARRIVALS),
    connections: reading.number('--connections', first, 1, MAX_CONNECTIONS, true),
    max_connections,
  };
  if (Number(maxConnections) === max_connections && pool.connections > max_connections)
    reading.wrong('--connections', `expected at most --max-connections, which is ${max_connections}, got ${first}`);
  return pool;
}

/** The bound that nobody has set: never below the connections that somebody has. */
function roomFor(connections: string | undefined): string {
  return String(Math.min(MAX_CONNECTIONS, Math.max(DEFAULT_MAX_CONNECTIONS, Number(connections) || 0)));
}

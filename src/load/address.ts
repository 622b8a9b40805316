import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import type { ParsedPlan } from '../core/load-plan.ts';

/** A listening address of a host says so at once; another one is tried after this, and each in turn once more by the load itself. */
const MAX_WAIT_MS = 1000;

/** True when something listens there. */
async function accepts(host: string, port: number): Promise<boolean> {
  const told = Promise.withResolvers<boolean>();
  const socket = connect({ host, port });
  socket.setTimeout(MAX_WAIT_MS, () => told.resolve(false));
  socket.once('connect', () => told.resolve(true));
  socket.once('error', () => told.resolve(false));
  try {
    return await told.promise;
  } finally {
    socket.destroy();
  }
}

/**
 * The address that the load goes to, so that no name is looked up while the clock runs. Of a name with several, like `localhost`, the
 * first on which something listens; the first of all where nothing does, which the load then tells.
 * @throws when the name cannot be resolved.
 */
export async function addressOf({ host, port }: Pick<ParsedPlan, 'host' | 'port'>): Promise<string> {
  const [first, ...others] = await lookup(host, { all: true });
  if (first === undefined) throw new Error(`${host} has no address`);
  if (others.length === 0) return first.address;
  for (const { address } of [first, ...others]) if (await accepts(address, port)) return address;
  return first.address;
}

import { connect } from 'node:net';
import type { LoadPlan } from '../../core/load-plan.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** Longer than a connection over any network takes; a host that drops packets would take minutes. */
const CONNECT_TIMEOUT_MS = 5000;

const SAYS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: `no connection within ${CONNECT_TIMEOUT_MS / 1000} s`,
};

/**
 * Opens one connection and closes it: whoever mistypes a port should not read it off an error rate.
 * @throws CommandError (bad input) that says what is wrong.
 */
export async function checkConnection(plan: Pick<LoadPlan, 'host' | 'port'>): Promise<void> {
  const socket = connect({ host: plan.host, port: plan.port, timeout: CONNECT_TIMEOUT_MS });
  const settled = Promise.withResolvers<string | null>();
  socket.once('connect', () => settled.resolve(null));
  socket.once('timeout', () => settled.resolve('ETIMEDOUT'));
  socket.once('error', (error: NodeJS.ErrnoException) => settled.resolve(error.code ?? error.message));
  const code = await settled.promise;
  socket.destroy();
  if (code === null) return;
  const where = plan.host.includes(':') ? `[${plan.host}]:${plan.port}` : `${plan.host}:${plan.port}`;
  throw new CommandError(EXIT.badInput, `no connection to ${where}: ${SAYS[code] ?? code} (${code})`);
}

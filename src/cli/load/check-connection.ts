import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { LoadPlan } from '../../core/load-plan.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type TlsError, tlsTrouble } from './tls-trouble.ts';

/** Longer than a connection over any network takes; a host that drops packets would take minutes. */
const CONNECT_TIMEOUT_MS = 5000;

const SAYS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it closed the connection at once',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: `no connection within ${CONNECT_TIMEOUT_MS / 1000} s`,
};

/** It may be a port of something else, or a server that hangs. */
const NO_HANDSHAKE = `it took the connection, but no TLS handshake came within ${CONNECT_TIMEOUT_MS / 1000} s`;

type Endpoint = Pick<LoadPlan, 'scheme' | 'host' | 'port' | 'insecure'>;

/**
 * Opens one connection, over https with its handshake, and closes it: whoever mistypes a port or has an expired certificate
 * should not read it off an error rate.
 * @throws CommandError (bad input) that says what is wrong.
 */
export async function checkConnection(plan: Endpoint): Promise<void> {
  const settled = Promise.withResolvers<TlsError | null>();
  let isConnected = false;
  const socket = open(plan, () => settled.resolve(null));
  socket.once('connect', () => (isConnected = true));
  socket.once('timeout', () => settled.resolve(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })));
  socket.once('error', (error: TlsError) => settled.resolve(error));
  const error = await settled.promise;
  socket.destroy();
  if (error === null) return;
  const { code = error.message, address } = error as TlsError & { readonly address?: string };
  const where = plan.host.includes(':') ? `[${plan.host}]:${plan.port}` : `${plan.host}:${plan.port}`;
  const says =
    isConnected && code === 'ETIMEDOUT' ? NO_HANDSHAKE : (tlsTrouble(error, plan.host) ?? SAYS[code] ?? code);
  // A name can have several addresses, of which the load goes to the first.
  const at = address === undefined || address === plan.host ? '' : ` at ${address}`;
  throw new CommandError(EXIT.badInput, `no connection to ${where}: ${says} (${code}${at})`);
}

function open({ scheme, host, port, insecure }: Endpoint, opened: () => void): Socket {
  const options = { host, port, timeout: CONNECT_TIMEOUT_MS, autoSelectFamily: false };
  if (scheme !== 'https') return connect(options, opened);
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const rejectUnauthorized = insecure !== true;
  return connectTls({ ...options, ...servername, rejectUnauthorized, ALPNProtocols: ['http/1.1'] }, opened);
}

import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What postgres.js hands to whoever makes its sockets. */
export interface DatabaseAddress {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket; false: there is none. */
  readonly path?: string | false | undefined;
  /** Which of several hosts is wanted, such as the one that takes writes; postgres.js then tries them in turn. */
  readonly target_session_attrs?: unknown;
}

const SECOND_MS = 1_000;

/**
 * Makes the sockets of a pool on Node, as postgres.js would, but for two things that make it connect without a pause and for ever,
 * a few thousand times a second, to a listener that closes what it has taken: a connection that ends before its first byte is an
 * error, as one that is refused; and within a second at most `per_s` are tried.
 */
export function nodeSockets(per_s: number): (address: DatabaseAddress) => Promise<Socket> {
  const tried: number[] = [];
  /** Where the address names several hosts: the next one when one does not take the connection, or is not what is wanted. */
  let hosts = 0;
  const turn = async () => {
    const now = performance.now();
    const oldest = tried.length < per_s ? undefined : tried.shift();
    const at = oldest === undefined ? now : Math.max(now, oldest + SECOND_MS);
    tried.push(at);
    if (at > now) await pause(at - now);
  };
  return async ({ host, port, path, target_session_attrs }) => {
    await turn();
    const index = hosts % host.length;
    const to = { host: host[index] ?? 'localhost', port: port[index] ?? 5432 };
    const socket = path ? connect(path) : connect(to);
    if (target_session_attrs) hosts += 1;
    socket.once('close', (hadError) => {
      if (socket.bytesRead > 0) return;
      hosts += 1;
      if (!hadError) socket.emit('error', closedAtOnce(to));
    });
    // What postgres.js writes on its own: the name that a certificate must have.
    return Object.assign(socket, path ? {} : to);
  };
}

function closedAtOnce({ host, port }: { readonly host: string; readonly port: number }): Error {
  const message = `the database at ${host}:${port} closed the connection before it said a word`;
  return Object.assign(new Error(message), { code: 'CONNECTION_CLOSED' });
}

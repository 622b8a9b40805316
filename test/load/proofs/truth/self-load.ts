import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

const CONNECTIONS = 4;
const FOR_MS = 700;
/** Then the compiler's threads have the core to themselves. */
const PAUSE_MS = 300;
const REQUEST = Buffer.from('GET /truth/1 HTTP/1.1\r\nHost: x\r\n\r\n');

/**
 * Loads a server of this process for a moment: its stamps are truth only when its code is compiled, since the compiler's threads share
 * its core, as they share the engine's (docs/adr/0017-rehearsal.md).
 */
export async function loadItself(port: number): Promise<void> {
  const end = performance.now() + FOR_MS;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, () => asked(connect({ port, host: '127.0.0.1', noDelay: true }), end)),
  );
  await setTimeout(PAUSE_MS);
}

/** Asks again with each answer until the end. */
async function asked(socket: Socket, end: number): Promise<void> {
  await once(socket, 'connect');
  socket.on('data', () => (performance.now() < end ? socket.write(REQUEST) : socket.end()));
  socket.write(REQUEST);
  await once(socket, 'close');
}

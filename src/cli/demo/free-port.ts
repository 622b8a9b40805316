import { createServer } from 'node:net';

/** Whether a port of 127.0.0.1 can be listened on now; 0 asks for any and answers the one that was given. */
export function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen({ port, host: '127.0.0.1' }, () => {
      const address = probe.address();
      const got = typeof address === 'object' && address !== null ? address.port : null;
      probe.close(() => resolve(got));
    });
  });
}

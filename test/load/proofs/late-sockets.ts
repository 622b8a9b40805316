import { withPreload } from './engine-preload.ts';

/** What is planted, in ms: how late an engine hears of what it was sent, and how late what it sends leaves. */
export interface Lateness {
  readonly read_ms: number;
  readonly send_ms: number;
}

/**
 * Runs `body` with engines whose connections are late by so much at least, and which do not know it: their loop turns as fast as
 * ever, so that nothing but a comparison with the server's own stamps can show it.
 */
export function withLateSockets<T>({ read_ms, send_ms }: Lateness, body: () => Promise<T>): Promise<T> {
  return withPreload(
    `// What goes by the stream can be held back: without the binding the engine writes to that.
    process.binding = () => { throw new Error('hidden'); };
    import net from 'node:net';
    import { syncBuiltinESMExports } from 'node:module';
    const connect = net.connect;
    net.connect = ({ onread, ...options }) => {
      const { buffer, callback } = onread;
      const late = (length) => {
        // All connections share the buffer: by then it holds what another one read.
        const bytes = buffer.slice(0, length);
        setTimeout(() => { buffer.set(bytes); callback(length); }, ${read_ms});
        return true;
      };
      const socket = connect({ ...options, onread: { buffer, callback: ${read_ms} > 0 ? late : callback } });
      const write = socket.write;
      if (${send_ms} > 0) socket.write = (bytes) => {
        const copy = Buffer.from(bytes);
        setTimeout(() => { if (!socket.destroyed) write.call(socket, copy); }, ${send_ms});
        return true;
      };
      return socket;
    };
    syncBuiltinESMExports();`,
    body,
  );
}

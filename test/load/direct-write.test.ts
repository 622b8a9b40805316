import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { DirectWriter } from '../../src/load/direct-write.ts';

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

interface Pair {
  readonly client: Socket;
  readonly peer: Socket;
}

async function pair(): Promise<Pair> {
  const server: Server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = connect({ host: '127.0.0.1', port, noDelay: true });
  const [peer] = (await once(server, 'connection')) as [Socket];
  if (client.connecting) await once(client, 'connect');
  stops.push(() => {
    client.destroy();
    peer.destroy();
    server.close();
  });
  return { client, peer };
}

/** The next `length` bytes that the peer reads. */
async function read(peer: Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let got = 0;
  peer.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    got += chunk.length;
    if (got >= length) peer.emit('enough');
  });
  peer.resume();
  await once(peer, 'enough');
  return Buffer.concat(chunks);
}

test('a write arrives', async () => {
  const { client, peer } = await pair();
  new DirectWriter().write(client, Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  expect((await read(peer, 18)).toString()).toBe('GET / HTTP/1.1\r\n\r\n');
});

test('what the kernel does not take at once arrives whole, and before what was written after it', async () => {
  const { client, peer } = await pair();
  const writer = new DirectWriter();
  const large = Buffer.alloc(32 * 1024 * 1024, 'a');
  writer.write(client, large);
  // Nobody reads yet: the kernel cannot have taken all of it.
  expect(peer.isPaused()).toBe(true);
  writer.write(client, Buffer.from('end'));
  const got = await read(peer, large.length + 3);
  expect(got.length).toBe(large.length + 3);
  expect(got.subarray(0, large.length).equals(large)).toBe(true);
  expect(got.subarray(large.length).toString()).toBe('end');
});

test('a write that waits for a connection which is then reset ends it', async () => {
  const { client, peer } = await pair();
  const failed = once(client, 'error');
  new DirectWriter().write(client, Buffer.alloc(32 * 1024 * 1024));
  peer.resetAndDestroy();
  const [error] = (await failed) as [NodeJS.ErrnoException];
  expect(error.code).toMatch(/^(EPIPE|ECONNRESET)$/);
  expect(client.destroyed).toBe(true);
});

test('a connection that cannot be written to any more says so as a socket does', async () => {
  const { client } = await pair();
  client.end();
  const failed = once(client, 'error');
  new DirectWriter().write(client, Buffer.from('x'));
  const [error] = (await failed) as [NodeJS.ErrnoException];
  expect(error.code).toMatch(/^(EPIPE|ERR_STREAM_WRITE_AFTER_END)$/);
});

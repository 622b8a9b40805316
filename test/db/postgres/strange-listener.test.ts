import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { isDatabaseAway } from '../../../src/api/faults.ts';
import { openPostgres } from '../../../src/db/client-postgres.ts';
import { ping } from '../../../src/db/ping.ts';

/** Something on the database's port that is no database in order. */
async function listener(hear: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    hear(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `postgres://nobody@127.0.0.1:${(server.address() as AddressInfo).port}/none`,
    taken: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A message of the protocol: type, length, body. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, body]);
}

const READY = message('Z', Buffer.from('I'));
const AUTHENTICATED = message('R', Buffer.alloc(4));

function errorResponse(code: string): Buffer {
  return message('E', Buffer.from(`SERROR\0VERROR\0C${code}\0MFailed to acquire a connection from the pool.\0\0`));
}

test('A listener that closes what it has taken makes the database away, and is not tried again and again for one statement', async () => {
  await using closing = await listener((socket) => socket.end());
  const { db, close } = await openPostgres({ url: closing.url });
  for (let n = 1; n <= 3; n += 1) {
    const error: unknown = await ping(db).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ cause: { code: 'CONNECTION_CLOSED' } });
    expect(isDatabaseAway(error)).toBe(true);
    expect(closing.taken()).toBe(n);
  }
  await close();
});

test('One that closes a connection in the midst of its beginning is tried a few times a second, until nobody waits', async () => {
  // As a TLS that breaks after the first bytes: postgres.js then begins anew by itself.
  await using breaking = await listener((socket) => void socket.once('data', () => socket.end(AUTHENTICATED)));
  const answer_ms = 1_000;
  const { db, close } = await openPostgres({ url: breaking.url, max: 1, answer_ms });
  const error: unknown = await ping(db).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ cause: { code: 'CONNECTION_SILENT' } });
  expect(isDatabaseAway(error)).toBe(true);
  expect(breaking.taken()).toBeGreaterThan(1);
  expect(breaking.taken()).toBeLessThan(50);
  await close();
});

test.each(['58000', '08006', '08P01'])(
  'What a pooler answers with %s in the database’s name says that it is away',
  async (code) => {
    await using pooler = await listener((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.concat([AUTHENTICATED, READY]));
        socket.on('data', (sent) => {
          // To what it is asked (Parse or Query), and to the Sync after it.
          if (sent.toString('latin1').includes('SELECT 1')) socket.write(Buffer.concat([errorResponse(code), READY]));
        });
      });
    });
    const { db, close } = await openPostgres({ url: pooler.url });
    const error: unknown = await ping(db).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ cause: { code } });
    expect(isDatabaseAway(error)).toBe(true);
    await close();
  },
);

test('So does what it answers to the beginning of a connection', async () => {
  await using pooler = await listener((socket) => void socket.once('data', () => socket.end(errorResponse('58000'))));
  const { db, close } = await openPostgres({ url: pooler.url });
  const error: unknown = await ping(db).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ cause: { code: '58000' } });
  expect(isDatabaseAway(error)).toBe(true);
  await close();
});

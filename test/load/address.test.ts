import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { addressOf } from '../../src/load/address.ts';

/** A server on one of the addresses of `localhost`; null where the host does not have that. */
async function portOf(address: string): Promise<number | null> {
  const server = createServer().listen(0, address);
  onTestFinished(() => void server.close());
  const [outcome] = (await Promise.race([once(server, 'listening').then(() => ['ok']), once(server, 'error')])) as [
    unknown,
  ];
  return outcome === 'ok' ? (server.address() as { port: number }).port : null;
}

test.each(['127.0.0.1', '::1'])('of localhost it is %s where something listens on that alone', async (address) => {
  const port = await portOf(address);
  if (port === null) return expect(address).toBe('::1');
  const found = await addressOf({ host: 'localhost', port });
  return expect([address, '127.0.0.1']).toContain(found);
});

test('an address is its own, whether something listens there or not', async () => {
  expect(await addressOf({ host: '127.0.0.1', port: 9 })).toBe('127.0.0.1');
});

test('a name that nobody knows is an error', async () => {
  await expect(addressOf({ host: 'no-such-host.invalid', port: 80 })).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
});

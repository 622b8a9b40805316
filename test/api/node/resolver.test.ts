import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createResolver } from '../../../src/api/node-resolver.ts';

const TYPES: Readonly<Record<number, 'A' | 'AAAA'>> = { 1: 'A', 28: 'AAAA' };
const [NO_ERROR, NO_NAME] = [0, 3];

/** A name server (RFC 1035) on this machine, for every name the same. `null`: it never answers. */
async function startNameServer(records: { readonly A?: number[]; readonly AAAA?: number[] } | null) {
  const socket = createSocket('udp4');
  const asked = Promise.withResolvers<void>();
  socket.on('message', (question, from) => {
    asked.resolve();
    if (records === null) return;
    const end = question.indexOf(0, 12) + 5;
    const bytes = records[TYPES[question.readUInt16BE(end - 4)] ?? 'A'];
    const answer = Buffer.alloc(bytes === undefined ? 0 : 12 + bytes.length);
    if (bytes !== undefined) {
      answer.writeUInt16BE(0xc00c, 0);
      question.copy(answer, 2, end - 4, end);
      answer.writeUInt32BE(60, 6);
      answer.writeUInt16BE(bytes.length, 10);
      answer.set(bytes, 12);
    }
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180 + (bytes === undefined && Object.keys(records).length === 0 ? NO_NAME : NO_ERROR), 2);
    [1, bytes === undefined ? 0 : 1, 0, 0].forEach((count, i) => head.writeUInt16BE(count, 4 + 2 * i));
    socket.send(Buffer.concat([head, question.subarray(12, end), answer]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    server: `127.0.0.1:${socket.address().port}`,
    asked: asked.promise,
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

const SIX = [0x26, 0x06, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x11];

describe('A name', () => {
  it.each([
    ['both kinds of addresses', { A: [8, 8, 8, 8], AAAA: SIX }, ['8.8.8.8', '2606:4700::1111']],
    ['an IPv4 address alone', { A: [10, 0, 0, 1] }, ['10.0.0.1']],
    ['an IPv6 address alone', { AAAA: SIX }, ['2606:4700::1111']],
  ])('stands for what the servers say: %s', async (_, records, addresses) => {
    await using names = await startNameServer(records);
    const resolver = createResolver([names.server]);
    const found = await resolver.resolve('hooks.example.com');
    expect(found).toEqual(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  });

  it('that does not exist stands for nothing', async () => {
    await using names = await startNameServer({});
    await expect(createResolver([names.server]).resolve('hooks.example.com')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
  });

  it('of this machine is asked of nobody', async () => {
    const resolver = createResolver(['127.0.0.1:1']);
    for (const name of ['localhost', 'API.localhost.'])
      expect(await resolver.resolve(name)).toEqual([
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ]);
  });

  it('that no server answers for keeps nothing else of the process waiting, and is given up when that stops', async () => {
    await using names = await startNameServer(null);
    const resolver = createResolver([names.server]);
    let answered = 0;
    const asking = Array.from({ length: 16 }, async (_, n) => {
      await expect(resolver.resolve(`black-hole-${n}.example.com`)).rejects.toMatchObject({ code: 'ECANCELLED' });
      answered += 1;
    });
    await names.asked;
    // By the pool of threads that names must not hold.
    await crypto.subtle.digest('SHA-256', new Uint8Array(1));
    expect(answered).toBe(0);
    resolver.close();
    await Promise.all(asking);
  });
});

import { describe, expect, it } from 'vitest';
import { createFetchGuard, type GuardOptions, guardedLookup } from '../../../src/api/node-fetch-guard.ts';
import { OutboundError, type OutboundRequest } from '../../../src/api/outbound-fetch.ts';
import { startReceiver } from './receiver.ts';

const request = (url: string, changes: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json' },
  body: '{}',
  timeout_ms: 5_000,
  max_answer_bytes: 1_024,
  ...changes,
});

/** A guard that is closed with the test. */
function guard(options: Partial<GuardOptions> = {}) {
  const made = createFetchGuard({ allow_insecure: false, ...options });
  return { fetch: made.fetch, [Symbol.asyncDispose]: () => made.close() };
}

const LOOPBACK = { address: '127.0.0.1', family: 4 };

describe('A request of the service', () => {
  it('reaches this machine where that is allowed: the guard, and nothing else, keeps it away in the tests below', async () => {
    await using receiver = await startReceiver(
      (response) => void response.writeHead(200, { 'X-Mark': 'a' }).end('thanks'),
    );
    await using open = guard({ allow_insecure: true });
    const answer = await open.fetch(request(receiver.url));
    expect([answer.status, answer.text, answer.header('x-mark'), answer.header('x-none')]).toEqual([
      200,
      'thanks',
      'a',
      null,
    ]);
    expect(receiver.received).toMatchObject([{ method: 'POST', body: '{}' }]);
  });

  it('reaches the address that its name stood for, by that name', async () => {
    await using receiver = await startReceiver();
    await using open = guard({ allow_insecure: true, resolve: async () => [LOOPBACK] });
    await open.fetch(request(`http://hooks.example.com:${receiver.port}/hook`));
    expect(receiver.received[0]?.headers.host).toBe(`hooks.example.com:${receiver.port}`);
  });

  it.each([
    ['http', (port: number) => `http://127.0.0.1:${port}/`],
    ['an address of this machine', (port: number) => `https://127.0.0.1:${port}/`],
    ['the same as a number', (port: number) => `https://2130706433:${port}/`],
    ['the same mapped to IPv6', (port: number) => `https://[::ffff:127.0.0.1]:${port}/`],
    ['its name', (port: number) => `https://localhost:${port}/`],
  ])('is refused before anything is connected for %s', async (_, urlOf) => {
    await using receiver = await startReceiver();
    await using strict = guard();
    await expect(strict.fetch(request(urlOf(receiver.port)))).rejects.toBeInstanceOf(OutboundError);
    expect(receiver.connections()).toBe(0);
  });

  it.each([
    ['this machine', [LOOPBACK], 'leads to this machine itself'],
    ['a private network', [{ address: '10.0.0.7', family: 4 }], 'leads to a private network'],
    ['the metadata service', [{ address: '169.254.169.254', family: 4 }], 'leads to the metadata service of a cloud'],
    ['IPv6 of this machine', [{ address: '::1', family: 6 }], 'leads to this machine itself'],
    ['an IPv4 address in IPv6', [{ address: '::ffff:127.0.0.1', family: 6 }], 'in which another is hidden'],
    ['link-local with a zone', [{ address: 'fe80::1%lo', family: 6 }], 'leads to an address that is reserved'],
    ['several of them', [LOOPBACK, { address: '::1', family: 6 }], 'leads to this machine itself'],
    ['nothing', [], 'has no address'],
  ])('is refused, nothing connected, when a good name leads to %s', async (_, answers, why) => {
    await using receiver = await startReceiver();
    await using strict = guard({ resolve: async () => answers });
    const sent = strict.fetch(request(`https://hooks.example.com:${receiver.port}/`));
    await expect(sent).rejects.toThrow(why);
    expect(receiver.connections()).toBe(0);
  });

  it('asks the resolver once, and at each attempt anew: one that answers public first and private second gets nothing connected', async () => {
    await using receiver = await startReceiver();
    const answers = [[{ address: '8.8.8.8', family: 4 }], [LOOPBACK], [LOOPBACK]];
    const asked: string[] = [];
    const resolve = async (hostname: string) => {
      asked.push(hostname);
      return answers[asked.length - 1] ?? [LOOPBACK];
    };
    // What a socket would be connected to, without the socket.
    const lookup = guardedLookup(resolve, { allow_insecure: false });
    const connected = () =>
      new Promise((settle) =>
        lookup('hooks.example.com', { all: true }, (error, addresses) => settle(error ?? addresses)),
      );
    expect(await connected()).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await connected()).toBeInstanceOf(OutboundError);
    await using strict = guard({ resolve });
    await expect(strict.fetch(request(`https://hooks.example.com:${receiver.port}/`))).rejects.toThrow('this machine');
    expect(asked).toHaveLength(3);
    expect(receiver.connections()).toBe(0);
  });

  it('connects to what is public of a name that also leads elsewhere, and to one address when one is asked for', async () => {
    const resolve = async () => [LOOPBACK, { address: '8.8.8.8', family: 4 }, { address: '10.0.0.1', family: 4 }];
    const lookup = guardedLookup(resolve, { allow_insecure: false });
    const all = new Promise((settle) => lookup('x.example.com', { all: true }, (_, addresses) => settle(addresses)));
    expect(await all).toEqual([{ address: '8.8.8.8', family: 4 }]);
    const one = new Promise((settle) => lookup('x.example.com', {}, (_, address, family) => settle([address, family])));
    expect(await one).toEqual(['8.8.8.8', 4]);
  });

  it('follows no redirect, wherever it leads', async () => {
    await using inner = await startReceiver();
    await using receiver = await startReceiver(
      (response) => void response.writeHead(307, { Location: inner.url }).end('elsewhere'),
    );
    await using open = guard({ allow_insecure: true });
    expect(await open.fetch(request(receiver.url))).toMatchObject({ status: 307 });
    expect(inner.connections()).toBe(0);
  });

  it('takes no proxy from the environment', async () => {
    await using proxy = await startReceiver();
    await using receiver = await startReceiver();
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = proxy.url;
    try {
      await using open = guard({ allow_insecure: true });
      await open.fetch(request(receiver.url));
    } finally {
      for (const [name, value] of before)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
    expect([proxy.connections(), receiver.connections()]).toEqual([0, 1]);
  });

  it('reads the beginning of an answer that never ends, and leaves it', async () => {
    await using receiver = await startReceiver((response) => {
      response.writeHead(200);
      const more = () => {
        if (response.destroyed) return;
        response.write('x'.repeat(1_000));
        setImmediate(more);
      };
      more();
    });
    await using open = guard({ allow_insecure: true });
    expect((await open.fetch(request(receiver.url))).text).toBe('x'.repeat(1_024));
  });

  it('gives up when no answer comes in time, and counts one whose body does not come', async () => {
    await using silent = await startReceiver(() => undefined);
    await using slow = await startReceiver((response) => void response.writeHead(200).write('so far'));
    await using open = guard({ allow_insecure: true });
    await expect(open.fetch(request(silent.url, { timeout_ms: 50 }))).rejects.toThrow('no answer within 0.05 s');
    expect(await open.fetch(request(slow.url, { timeout_ms: 1_000 }))).toMatchObject({ status: 200, text: 'so far' });
  });

  it('says that nobody listens, without an address of ours', async () => {
    const receiver = await startReceiver();
    await receiver[Symbol.asyncDispose]();
    await using open = guard({ allow_insecure: true });
    await expect(open.fetch(request(receiver.url))).rejects.toThrow('the connection failed: ECONNREFUSED');
  });

  it('ends when its sender stops', async () => {
    await using silent = await startReceiver(() => undefined);
    await using open = guard({ allow_insecure: true });
    const stop = new AbortController();
    const sent = open.fetch(request(silent.url, { signal: stop.signal }));
    sent.catch(() => undefined);
    await silent.heard(1);
    stop.abort();
    await expect(sent).rejects.toBeInstanceOf(OutboundError);
  });
});

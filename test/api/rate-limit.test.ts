import { beforeAll, describe, expect, it } from 'vitest';
import { askerOf } from '../../src/api/client-address.ts';
import { createTokenBuckets } from '../../src/api/token-buckets.ts';
import { formatKey } from '../../src/core/key-format.ts';
import { openPostgres } from '../../src/db/client-postgres.ts';
import { runnerOf } from './runner-client.ts';
import { type Api, jsonOf, problemOf, startApi } from './service.ts';

/** A clock that stands still until it is put forward. */
function stoppedClock() {
  let ms = 1_000_000;
  return { now: () => ms, pass: (seconds: number) => void (ms += seconds * 1000) };
}

describe('a token bucket', () => {
  it('gives all of its tokens at once, then evenly, and never more than it holds', async () => {
    const clock = stoppedClock();
    const limiter = createTokenBuckets({ per_minute: 60, now: clock.now });
    expect(limiter.policy).toBe('"default";q=60;w=60');
    expect(await limiter.take('a')).toEqual({ allowed: true, retry_after_s: 0, remaining: 59, full_in_s: 1 });
    for (let n = 1; n < 60; n += 1) expect((await limiter.take('a')).allowed).toBe(true);
    expect(await limiter.take('a')).toEqual({ allowed: false, retry_after_s: 1, remaining: 0, full_in_s: 60 });
    clock.pass(1);
    expect((await limiter.take('a')).allowed).toBe(true);
    expect((await limiter.take('a')).allowed).toBe(false);
    clock.pass(3_600);
    expect((await limiter.take('a')).remaining).toBe(59);
  });

  it('lets who comes back after retry_after_s in, and who is refused pays nothing', async () => {
    const clock = stoppedClock();
    const limiter = createTokenBuckets({ per_minute: 7, now: clock.now });
    for (let n = 0; n < 7; n += 1) await limiter.take('a');
    for (let n = 0; n < 50; n += 1) expect((await limiter.take('a')).allowed).toBe(false);
    clock.pass((await limiter.take('a')).retry_after_s);
    expect((await limiter.take('a')).allowed).toBe(true);
  });

  it('is one per asker; of more askers than it can tell apart it forgets the one that was longest away', async () => {
    const { now } = stoppedClock();
    const limiter = createTokenBuckets({ per_minute: 1, now, max_buckets: 2 });
    expect((await limiter.take('a')).allowed).toBe(true);
    expect((await limiter.take('b')).allowed).toBe(true);
    expect((await limiter.take('a')).allowed).toBe(false);
    expect((await limiter.take('c')).allowed).toBe(true);
    expect((await limiter.take('a')).allowed).toBe(false);
    expect((await limiter.take('b')).allowed).toBe(true);
  });
});

describe('askerOf', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('counts %s as %s', (address, asker) => {
    expect(askerOf(address)).toBe(asker);
  });
});

/** Well formed, of nobody. */
const unknownKey = (n: number): string => formatKey('user', new Uint8Array(20).fill(n));

describe('the API', () => {
  const clock = stoppedClock();
  let address = '192.0.2.1';
  let api: Api;
  beforeAll(async () => {
    const limiter = createTokenBuckets({ per_minute: 10, now: clock.now });
    api = await startApi({ limiter, addressOf: () => address });
  });

  it('answers 429 with Retry-After to a key that asks too often, and to no other', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    for (let left = 9; left >= 0; left -= 1) {
      const answer = await mine.send('GET', '/v1/me');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('RateLimit-Policy')).toBe('"default";q=10;w=60');
      expect(answer.headers.get('RateLimit')).toBe(`"default";r=${left};t=${(10 - left) * 6}`);
    }
    const refused = await mine.send('GET', '/v1/me');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('Retry-After')).toBe('6');
    expect(refused.headers.get('RateLimit-Policy')).toBe('"default";q=10;w=60');
    expect(refused.headers.get('RateLimit')).toBe('"default";r=0;t=60');
    expect((await problemOf(refused)).code).toBe('rate-limited');
    expect((await other.send('GET', '/v1/me')).status).toBe(200);
    clock.pass(6);
    expect((await mine.send('GET', '/v1/me')).status).toBe(200);
  });

  it('counts problems too, and does nothing for who asks too often', async () => {
    const mine = await api.project();
    for (let n = 0; n < 10; n += 1) expect((await mine.send('GET', '/v1/experiments/exp_0')).status).toBe(404);
    expect((await mine.send('POST', '/v1/keys', { json: { name: 'x' } })).status).toBe(429);
    clock.pass(60);
    const { keys } = await jsonOf<{ keys: unknown[] }>(await mine.send('GET', '/v1/keys'));
    expect(keys).toHaveLength(1);
  });

  it('answers 429 to an address that tries keys, whatever the route, and still knows those who had one before', async () => {
    const mine = await api.project();
    expect((await mine.send('GET', '/v1/me')).status).toBe(200);
    address = '192.0.2.2';
    for (let n = 0; n < 10; n += 1) {
      expect((await api.send('POST', '/runner/v1/claims', { key: `guess-${n}` })).status).toBe(401);
    }
    expect((await api.send('GET', '/v1/me', { key: 'guess' })).status).toBe(429);
    expect((await api.send('POST', '/runner/v1/claims', { key: null })).status).toBe(429);
    expect((await mine.send('GET', '/v1/me')).status).toBe(200);
    address = '192.0.2.3';
    expect((await api.send('GET', '/v1/me', { key: 'guess' })).status).toBe(401);
  });

  it('counts requests without a key by address', async () => {
    address = '192.0.2.4';
    for (let n = 0; n < 10; n += 1) expect((await api.send('GET', '/r/nothing/status')).status).toBe(404);
    expect((await api.send('GET', '/r/nothing/status')).status).toBe(429);
  });

  it('counts by address what nobody needs a key for, and what no route takes', async () => {
    const asked = [
      '/docs',
      '/docs/errors/not-found',
      '/docs/errors/none',
      '/openapi.json',
      '/nothing',
      '/runner/v1/none',
    ];
    for (const path of asked) {
      address = `192.0.2.100-${path}`;
      for (let n = 0; n < 10; n += 1) expect((await api.send('GET', path)).status, path).not.toBe(429);
      const refused = await api.send('GET', path);
      expect(refused.status, path).toBe(429);
      expect((await problemOf(refused)).code).toBe('rate-limited');
    }
    address = '192.0.2.101';
    for (let n = 0; n < 10; n += 1) expect((await api.send('DELETE', '/v1/me')).status).toBe(405);
    expect((await api.send('DELETE', '/v1/me')).status).toBe(429);
  });

  it('asks the database nothing for who is refused', async () => {
    const mine = await api.project();
    address = '192.0.2.6';
    for (let n = 0; n < 10; n += 1) await api.send('GET', '/v1/me', { key: unknownKey(n) });
    // The same app, by the same limiter, whose database is not there: whoever is asked about there is told 503.
    const away = await openPostgres({ url: 'postgres://nobody@127.0.0.1:1/none' });
    try {
      const cut = await startApi({ db: away.db, limiter: api.deps.limiter, addressOf: () => address });
      expect((await cut.send('GET', '/v1/me', { key: unknownKey(99) })).status).toBe(429);
      address = '192.0.2.7';
      expect((await cut.send('GET', '/v1/me', { key: unknownKey(99) })).status).toBe(503);
      const headers = { 'Benchwright-Lease': 'lse_0' };
      const job = '/runner/v1/jobs/job_0/heartbeat';
      for (let n = 0; n < 10; n += 1) expect((await cut.send('POST', job, { headers, json: {} })).status).toBe(401);
      expect((await cut.send('POST', job, { headers, json: {} })).status).toBe(429);
    } finally {
      await away.close();
    }
    // Who shares the address of one that tries keys is let in with a key that was good before.
    address = '192.0.2.8';
    expect((await mine.send('GET', '/v1/me')).status).toBe(200);
    for (let n = 0; n < 11; n += 1) await api.send('GET', '/v1/me', { key: unknownKey(n) });
    expect((await api.send('GET', '/v1/me', { key: unknownKey(99) })).status).toBe(429);
    expect((await mine.send('GET', '/v1/me')).status).toBe(200);
  });

  it('lets health and the runner protocol through: who asks there keeps a pace of its own', async () => {
    const mine = await api.project();
    const runner = runnerOf(mine);
    address = '192.0.2.5';
    const { session_id } = await runner.register();
    for (let n = 0; n < 30; n += 1) {
      const claim = await runner.claim(session_id);
      expect(claim.status).toBe(204);
      expect(claim.headers.get('RateLimit-Policy')).toBeNull();
      expect((await api.send('GET', '/readyz')).status).toBe(200);
    }
  });
});

describe('a limiter of a platform that does not tell what is left', () => {
  it('is heard, and RateLimit is not sent', async () => {
    const limiter = {
      policy: '"default";q=600;w=60',
      take: (who: string) =>
        Promise.resolve({ allowed: !who.startsWith('address:'), retry_after_s: 60, remaining: null }),
    };
    const api = await startApi({ limiter });
    const mine = await api.project();
    const taken = await mine.send('GET', '/v1/me');
    expect(taken.headers.get('RateLimit-Policy')).toBe('"default";q=600;w=60');
    expect(taken.headers.get('RateLimit')).toBeNull();
    const refused = await api.send('GET', '/r/nothing');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('Retry-After')).toBe('60');
  });

  it('may be missing altogether', async () => {
    const api = await startApi({ limiter: null });
    const mine = await api.project();
    const answer = await mine.send('GET', '/v1/me');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('RateLimit-Policy')).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { parseBaseUrl } from '../../src/api/base-url.ts';
import { behindProxy } from '../../src/api/proxy-address.ts';

describe('behindProxy', () => {
  it.each([
    ['127.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['::1', '198.51.100.7', '198.51.100.7'],
    ['::ffff:10.1.2.3', '2001:db8::7', '2001:db8::7'],
    ['192.168.1.1', '198.51.100.1, 198.51.100.7', '198.51.100.7'],
    ['fd00::1', '198.51.100.1,198.51.100.7', '198.51.100.7'],
    ['fe80::1%eth0', '198.51.100.7', '198.51.100.7'],
  ])('takes the last address that a proxy at %s names: %s', (peer, forwarded, asker) => {
    expect(behindProxy(peer, forwarded)).toBe(asker);
  });

  it.each([
    ['203.0.113.1', '198.51.100.7'],
    ['2001:db8::1', '198.51.100.7'],
    ['172.32.0.1', '198.51.100.7'],
    ['127.0.0.1', undefined],
    ['127.0.0.1', ''],
    ['127.0.0.1', '198.51.100.7, unknown'],
    ['127.0.0.1', '198.51.100.7:4711'],
  ])('takes that of the connection from %s, which names %s', (peer, forwarded) => {
    expect(behindProxy(peer, forwarded)).toBe(peer);
  });
});

describe('parseBaseUrl', () => {
  it.each([
    ['https://bench.example.com', 'https://bench.example.com'],
    ['https://bench.example.com/', 'https://bench.example.com'],
    ['http://127.0.0.1:8787', 'http://127.0.0.1:8787'],
  ])('takes %s', (text, base) => {
    expect(parseBaseUrl(text)).toBe(base);
  });

  it.each(['', 'bench.example.com', 'ftp://a', 'https://a/b', 'https://u:p@a', 'https://a?x', 'javascript:alert(1)'])(
    'refuses %j in one line',
    (text) => {
      expect(() => parseBaseUrl(text)).toThrow(/^the base URL .* expected https:\/\/HOST/);
    },
  );
});

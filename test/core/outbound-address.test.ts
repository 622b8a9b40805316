import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKind } from '../../src/core/outbound-address.ts';
import { refusalOfUrl } from '../../src/core/outbound-url.ts';

const STRICT = { allow_insecure: false };
const LOOSE = { allow_insecure: true };
const refusal = (text: string, rules = STRICT) => {
  const url = URL.parse(text);
  return url === null ? 'no URL' : refusalOfUrl(url, rules);
};

/** Where nothing may go, in the spellings that were seen to fool guards. Each is an address as its user may write it. */
const REFUSED: readonly [what: string, url: string][] = [
  ['loopback', 'https://127.0.0.1/'],
  ['loopback, not its usual address', 'https://127.255.0.8/'],
  ['loopback with a port', 'https://127.0.0.1:8443/hook'],
  ['loopback, short', 'https://127.1/'],
  ['loopback, of three parts', 'https://127.0.1/'],
  ['loopback as one decimal number', 'https://2130706433/'],
  ['loopback as one hexadecimal number', 'https://0x7f000001/'],
  ['loopback as one octal number', 'https://017700000001/'],
  ['loopback in octal parts', 'https://0177.0.0.01/'],
  ['loopback in hexadecimal parts', 'https://0x7f.0x0.0x0.0x1/'],
  ['loopback, spellings mixed', 'https://0x7f.0.0.01/'],
  ['loopback with leading zeros', 'https://127.0.0.0000001/'],
  ['loopback with a trailing dot', 'https://127.0.0.1./'],
  ['loopback, percent-encoded', 'https://%31%32%37.0.0.1/'],
  ['loopback in full-width digits', 'https://１２７.０.０.１/'],
  ['loopback in circled digits', 'https://①②⑦.⓪.⓪.①/'],
  ['loopback with ideographic full stops', 'https://127。0。0。1/'],
  ['loopback with a soft hyphen in it', 'https://127.0.0\u00ad.1/'],
  ['loopback in capitals of hexadecimal', 'https://0X7F.1/'],
  ['this network', 'https://0.0.0.0/'],
  ['this network, short', 'https://0/'],
  ['this network, another address', 'https://0.1.2.3/'],
  ['a private network of 10', 'https://10.0.0.1/'],
  ['a private network of 10, short', 'https://10.1/'],
  ['a private network of 172.16', 'https://172.16.0.1/'],
  ['the end of 172.16/12', 'https://172.31.255.255/'],
  ['a private network of 192.168', 'https://192.168.1.1/'],
  ['a private network as a number', 'https://3232235777/'],
  ['carrier-grade NAT', 'https://100.64.0.1/'],
  ['the end of carrier-grade NAT', 'https://100.127.255.255/'],
  ['the metadata service in it', 'https://100.100.100.200/'],
  ['link-local', 'https://169.254.1.1/'],
  ['the metadata service', 'https://169.254.169.254/latest/meta-data/'],
  ['the metadata service in hexadecimal', 'https://0xa9fea9fe/'],
  ['the metadata service in octal', 'https://0251.0376.0251.0376/'],
  ['the metadata service as a number', 'https://2852039166/'],
  ['a cloud’s own host', 'https://168.63.129.16/'],
  ['protocol assignments', 'https://192.0.0.8/'],
  ['documentation', 'https://192.0.2.1/'],
  ['documentation, another', 'https://198.51.100.1/'],
  ['documentation, a third', 'https://203.0.113.1/'],
  ['relays of 6to4', 'https://192.88.99.1/'],
  ['benchmarking', 'https://198.18.0.1/'],
  ['the end of benchmarking', 'https://198.19.255.255/'],
  ['multicast', 'https://224.0.0.1/'],
  ['reserved', 'https://240.0.0.1/'],
  ['broadcast', 'https://255.255.255.255/'],
  ['loopback, IPv6', 'https://[::1]/'],
  ['loopback, IPv6, long', 'https://[0:0:0:0:0:0:0:1]/'],
  ['loopback, IPv6, with zeros', 'https://[0000:0000:0000:0000:0000:0000:0000:0001]/'],
  ['unspecified, IPv6', 'https://[::]/'],
  ['an IPv4 address mapped', 'https://[::ffff:127.0.0.1]/'],
  ['an IPv4 address mapped, in hexadecimal', 'https://[::ffff:7f00:1]/'],
  ['a public IPv4 address mapped', 'https://[::ffff:8.8.8.8]/'],
  ['an IPv4 address mapped, long', 'https://[0:0:0:0:0:ffff:a9fe:a9fe]/'],
  ['an IPv4-compatible address', 'https://[::127.0.0.1]/'],
  ['an IPv4-translated address', 'https://[::ffff:0:10.0.0.1]/'],
  ['NAT64', 'https://[64:ff9b::10.0.0.1]/'],
  ['NAT64 of one’s own', 'https://[64:ff9b:1::a00:1]/'],
  ['6to4', 'https://[2002:7f00:1::]/'],
  ['Teredo', 'https://[2001:0:1::1]/'],
  ['ORCHID', 'https://[2001:20::1]/'],
  ['benchmarking, IPv6', 'https://[2001:2::1]/'],
  ['documentation, IPv6', 'https://[2001:db8::1]/'],
  ['documentation, IPv6, the newer', 'https://[3fff::1]/'],
  ['unique local', 'https://[fd12:3456:789a::1]/'],
  ['unique local, the other half', 'https://[fc00::1]/'],
  ['the metadata service, IPv6', 'https://[fd00:ec2::254]/'],
  ['link-local, IPv6', 'https://[fe80::1]/'],
  ['site-local', 'https://[fec0::1]/'],
  ['multicast, IPv6', 'https://[ff02::1]/'],
  ['discarded', 'https://[100::1]/'],
  ['never given out', 'https://[4000::1]/'],
  ['segment routing', 'https://[5f00::1]/'],
  ['a zone', 'https://[fe80::1%25eth0]/'],
  ['the name of this machine', 'https://localhost/'],
  ['the name of this machine in capitals', 'https://LOCALHOST/'],
  ['the name of this machine with a trailing dot', 'https://localhost./'],
  ['a name under it', 'https://api.localhost/'],
  ['a name of one label', 'https://intranet/'],
  ['a name of one label with a trailing dot', 'https://metadata./'],
  ['the metadata service by name', 'https://metadata.google.internal/'],
  ['a name of multicast DNS', 'https://printer.local/'],
  ['a name of a home network', 'https://nas.home.arpa/'],
  ['a user name', 'https://user@example.com/'],
  ['a user name and a password', 'https://user:pass@example.com/'],
  ['a host that is a user name', 'https://example.com@127.0.0.1/'],
  ['a backslash before the host', 'https:\\\\127.0.0.1/'],
  ['tabs and line ends in the host', 'https://12\t7.0.\n0.1/'],
  ['http', 'http://example.com/'],
  ['http to loopback', 'http://127.0.0.1/'],
  ['a file', 'file:///etc/passwd'],
  ['gopher', 'gopher://example.com/'],
  ['ftp', 'ftp://example.com/'],
  ['data', 'data:text/plain,x'],
  ['javascript', 'javascript:alert(1)'],
  ['a fragment', 'https://example.com/#x'],
  ['nothing', ''],
  ['no scheme', 'example.com/hook'],
  ['no host', 'https://'],
  ['a number out of bounds', 'https://4294967296/'],
  ['five parts', 'https://1.2.3.4.5/'],
  ['more than 2,048 characters', `https://example.com/${'x'.repeat(2_048)}`],
];

const ALLOWED = [
  'https://example.com/',
  'https://EXAMPLE.com./hook?secret=1',
  // Where a receiver listens is its own affair.
  'https://example.com:8443/hook',
  'https://example.com:22/',
  'https://8.8.8.8/',
  'https://134744072/',
  'https://[2606:4700::1111]/',
  'https://bücher.example.org/',
  'https://11.0.0.1/',
  'https://172.32.0.1/',
  'https://100.128.0.1/',
  'https://[2003::1]/',
];

describe('An address that a service is to send to', () => {
  it('is looked at in more than sixty spellings', () => {
    expect(REFUSED.length).toBeGreaterThan(60);
    expect(new Set(REFUSED.map(([, url]) => url)).size).toBe(REFUSED.length);
  });

  it.each(REFUSED)('is refused when it is %s: %s', (_, url) => {
    expect(refusal(url)).not.toBeNull();
  });

  it.each(ALLOWED)('may be %s', (url) => {
    expect(refusal(url)).toBeNull();
  });

  it('may be http and this machine where that is asked for, and nothing else of what is not public', () => {
    const open = REFUSED.filter(([, url]) => refusal(url, LOOSE) === null).map(([what]) => what);
    expect(open.toSorted()).toEqual(
      REFUSED.map(([what]) => what)
        .filter((what) =>
          /^(?:loopback|http|the name of this machine|a name under it|a backslash|tabs and line ends)/.test(what),
        )
        .toSorted(),
    );
  });

  it('is said why it is refused, in words', () => {
    expect(refusal('https://169.254.169.254/')).toBe('leads to the metadata service of a cloud');
    expect(refusal('https://2130706433/')).toBe('leads to this machine itself');
    expect(refusal('http://example.com/')).toBe('does not begin with https:');
    expect(refusal('https://user@example.com/')).toBe('holds a user name or a password');
    expect(refusal('https://intranet/')).toBe('names a host that is not of the public internet');
  });
});

describe('addressKind', () => {
  it('takes only the one spelling that parsers and resolvers give', () => {
    for (const text of [
      '127.1',
      '0x7f.0.0.1',
      '127.0.0.01',
      '256.0.0.1',
      '1.2.3',
      '',
      '::1%eth0',
      '1::2::3',
      ':::',
      '12345::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '::1.2.3',
      'example.com',
    ])
      expect(addressKind(text), text).toBeNull();
  });

  it('knows an IPv6 address in every way of writing it', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.tuple(group, group, group, group, group, group, group, group), (groups) => {
        const long = groups.map((each) => each.toString(16)).join(':');
        const short = new URL(`https://[${long}]/`).hostname.slice(1, -1);
        expect(addressKind(short)).toBe(addressKind(long.toUpperCase()));
        expect(addressKind(short)).not.toBeNull();
      }),
    );
  });

  it('finds public what is in no special range, at both ends of each', () => {
    const ends: [string, string][] = [
      ['9.255.255.255', 'public'],
      ['10.0.0.0', 'private'],
      ['10.255.255.255', 'private'],
      ['100.63.255.255', 'public'],
      ['126.255.255.255', 'public'],
      ['128.0.0.0', 'public'],
      ['172.15.255.255', 'public'],
      ['198.17.255.255', 'public'],
      ['198.20.0.0', 'public'],
      ['223.255.255.255', 'public'],
      ['2000::', 'public'],
      ['2001:200::', 'public'],
      ['2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', 'reserved'],
      ['2001:db7:ffff::', 'public'],
      ['2001:db9::', 'public'],
      ['2003::', 'public'],
      ['3ffe:ffff::', 'public'],
      ['4000::', 'reserved'],
    ];
    for (const [address, kind] of ends) expect(addressKind(address), address).toBe(kind);
  });
});

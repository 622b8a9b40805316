/**
 * What kind of place an IP address is, by the special-purpose registries of IANA (RFC 6890, 8190): a service that fetches what its
 * users name must reach the public internet and nothing else.
 */
export type AddressKind =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'shared'
  | 'this-network'
  | 'metadata'
  | 'translated'
  | 'multicast'
  | 'reserved';

type Range = readonly [prefix: string, bits: number, kind: AddressKind];

/** All of IPv4 is public but these. */
const NOT_PUBLIC_4: readonly Range[] = [
  ['0.0.0.0', 8, 'this-network'],
  ['10.0.0.0', 8, 'private'],
  // Carrier-grade NAT; the metadata service of one cloud is in it.
  ['100.64.0.0', 10, 'shared'],
  ['127.0.0.0', 8, 'loopback'],
  ['168.63.129.16', 32, 'metadata'],
  ['169.254.169.254', 32, 'metadata'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  // Relays of 6to4.
  ['192.88.99.0', 24, 'translated'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
];

/** Of IPv6 only 2000::/3 is given out: all else is what it is called here, or reserved. */
const NOT_PUBLIC_6: readonly Range[] = [
  ['::1', 128, 'loopback'],
  ['::', 128, 'this-network'],
  ['::ffff:0:0', 96, 'translated'],
  ['::', 96, 'translated'],
  ['64:ff9b::', 32, 'translated'],
  // Teredo, ORCHID, benchmarking and other protocols.
  ['2001::', 23, 'reserved'],
  ['2001:db8::', 32, 'reserved'],
  // 6to4: an IPv4 address is in it.
  ['2002::', 16, 'translated'],
  ['3fff::', 20, 'reserved'],
  ['2000::', 3, 'public'],
  ['fd00:ec2::254', 128, 'metadata'],
  ['fd20:ce::254', 128, 'metadata'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'private'],
  ['ff00::', 8, 'multicast'],
];

/** Of 16 bits, in an IPv6 address. */
const GROUPS = 8;

const RANGES_4 = NOT_PUBLIC_4.map(parsedRange);
const RANGES_6 = NOT_PUBLIC_6.map(parsedRange);

/** The kind of an address in the spelling that URL parsers and resolvers give (no octal, no hex, no zone); null: it is no address. */
export function addressKind(address: string): AddressKind | null {
  const four = ipv4Bytes(address);
  if (four !== null) return kindIn(four, RANGES_4, 'public');
  const six = ipv6Bytes(address);
  return six === null ? null : kindIn(six, RANGES_6, 'reserved');
}

interface ParsedRange {
  readonly prefix: readonly number[];
  readonly bits: number;
  readonly kind: AddressKind;
}

function parsedRange([text, bits, kind]: Range): ParsedRange {
  return { prefix: ipv4Bytes(text) ?? ipv6Bytes(text) ?? [], bits, kind };
}

/** Of the first range that holds it. */
function kindIn(bytes: readonly number[], ranges: readonly ParsedRange[], otherwise: AddressKind): AddressKind {
  return ranges.find((range) => isWithin(bytes, range))?.kind ?? otherwise;
}

function isWithin(bytes: readonly number[], { prefix, bits }: ParsedRange): boolean {
  return prefix.every((byte, i) => {
    const counted = Math.min(8, Math.max(0, bits - i * 8));
    const mask = (0xff << (8 - counted)) & 0xff;
    return ((bytes[i] ?? 0) & mask) === (byte & mask);
  });
}

function ipv4Bytes(text: string): number[] | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return null;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

function ipv6Bytes(text: string): number[] | null {
  const halves = withoutDots(text)?.split('::') ?? [];
  const [head, tail] = halves.map(groupsOf);
  if (head == null || tail === null || halves.length > 2) return null;
  const zeros = GROUPS - head.length - (tail?.length ?? 0);
  if (tail === undefined ? zeros !== 0 : zeros < 1) return null;
  const groups = [...head, ...Array.from({ length: zeros }, () => 0), ...(tail ?? [])];
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

/** The last two groups may be written as an IPv4 address; null: they are no such. */
function withoutDots(text: string): string | null {
  const [, before, dotted] = /^(.*:)([\d.]+\.[\d.]+)$/.exec(text) ?? [];
  if (before === undefined || dotted === undefined) return text;
  const bytes = ipv4Bytes(dotted);
  if (bytes === null) return null;
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return `${before}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups = text.split(':');
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => parseInt(group, 16)) : null;
}

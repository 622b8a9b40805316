import { addressKind } from './outbound-address.ts';

/** An address as the platform's URL parser has taken it apart: there every host has one spelling, whatever was written. */
export interface UrlParts {
  readonly href: string;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly hash: string;
}

export interface OutboundRules {
  /** Also http, and also this machine itself (loopback): for tests and trials. Nothing else of what is not public. */
  readonly allow_insecure: boolean;
}

/** As long as what common servers take in a request line. */
export const MAX_URL_LENGTH = 2_048;

/** Names that never lead to the public internet (RFC 6761, 6762, 8375, 9476, and ICANN's `internal`). */
const PRIVATE_NAMES =
  /(?:^|\.)(?:localhost|local|internal|intranet|private|corp|home|lan|home\.arpa|alt|test|invalid)$/;
const LOOPBACK_NAME = /(?:^|\.)localhost$/;

/**
 * Why nothing is sent to that address, as the end of a sentence; null: as far as it says itself, it may be. What a name stands for is
 * looked at when it is connected to (`refusalOfAddress`).
 */
export function refusalOfUrl(url: UrlParts, rules: OutboundRules): string | null {
  if (url.href.length > MAX_URL_LENGTH) return `has more than ${MAX_URL_LENGTH} characters`;
  if (url.protocol !== 'https:' && !(rules.allow_insecure && url.protocol === 'http:'))
    return rules.allow_insecure ? 'begins with neither https: nor http:' : 'does not begin with https:';
  if (url.username !== '' || url.password !== '') return 'holds a user name or a password';
  if (url.hash !== '') return 'has a fragment, which is never sent';
  return refusalOfHost(url.hostname, rules);
}

function refusalOfHost(hostname: string, rules: OutboundRules): string | null {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (addressKind(host) !== null) return refusalOfAddress(host, rules);
  if (rules.allow_insecure && LOOPBACK_NAME.test(host)) return null;
  if (host.includes(':') || /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/i.test(host))
    return 'names a host that is no address and no name';
  if (!host.includes('.') || PRIVATE_NAMES.test(host)) return 'names a host that is not of the public internet';
  return null;
}

/** The same of an IP address, of a URL or as a name resolves to it. */
export function refusalOfAddress(address: string, rules: OutboundRules): string | null {
  const kind = addressKind(address);
  if (kind === 'public' || (kind === 'loopback' && rules.allow_insecure)) return null;
  return `leads to ${SAYS[kind ?? 'reserved']}`;
}

const SAYS = {
  public: 'a public address',
  loopback: 'this machine itself',
  private: 'a private network',
  'link-local': 'a link-local address',
  shared: 'the shared address space of a carrier',
  'this-network': 'an address that stands for none',
  metadata: 'the metadata service of a cloud',
  translated: 'an address in which another is hidden',
  multicast: 'a multicast address',
  reserved: 'an address that is reserved',
} as const;

import { BlockList, isIP, isIPv6 } from 'node:net';

/** Loopback, private and link-local addresses (RFC 1918, 3927, 4193, 4291): where a proxy of one's own stands. */
const NEAR = new BlockList();
NEAR.addSubnet('127.0.0.0', 8, 'ipv4');
NEAR.addSubnet('10.0.0.0', 8, 'ipv4');
NEAR.addSubnet('172.16.0.0', 12, 'ipv4');
NEAR.addSubnet('192.168.0.0', 16, 'ipv4');
NEAR.addSubnet('169.254.0.0', 16, 'ipv4');
NEAR.addAddress('::1', 'ipv6');
NEAR.addSubnet('fc00::', 7, 'ipv6');
NEAR.addSubnet('fe80::', 10, 'ipv6');

/**
 * Whom a proxy asks for: the last address of `X-Forwarded-For`, which is the one that the proxy itself has seen; what stands before
 * it, a client may have written. Only when the connection comes from near; whoever connects from elsewhere is no proxy of ours.
 */
export function behindProxy(peer: string, forwardedFor: string | undefined): string {
  const bare = peer.split('%')[0] ?? peer;
  if (isIP(bare) === 0 || !NEAR.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4')) return peer;
  const last = forwardedFor?.split(',').at(-1)?.trim() ?? '';
  return isIP(last) === 0 ? peer : last;
}

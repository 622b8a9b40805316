import { Resolver } from 'node:dns/promises';

export interface Resolved {
  readonly address: string;
  readonly family: number;
}

export interface NameResolver {
  /** All addresses of a name, IPv4 first. Rejects when it has none. */
  readonly resolve: (hostname: string) => Promise<readonly Resolved[]>;
  /** Gives up what is still being asked. Idempotent. */
  readonly close: () => void;
}

/** Of one question to one server; asked twice. A name that nobody answers for is given up within the time of an attempt. */
const TIMEOUT_MS = 3_000;
const TRIES = 2;

/** This machine itself, which no server is asked for (RFC 6761, 6.3). */
const LOOPBACK_NAME = /(?:^|\.)localhost\.?$/i;
const LOOPBACK: readonly Resolved[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Asks name servers (default: the system's) over sockets of its own. The system's `getaddrinfo` would hold a thread of libuv's pool for each
 * name that no server answers for, and cannot be broken off: four of them, which any user can name, and nothing is signed, verified or
 * compressed in the process meanwhile.
 */
export function createResolver(servers?: readonly string[]): NameResolver {
  const asking = new Set<Resolver>();
  return {
    async resolve(hostname) {
      if (LOOPBACK_NAME.test(hostname)) return LOOPBACK;
      // One for each name: which servers are the system's is read when it is made, and may change.
      const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
      if (servers !== undefined) resolver.setServers(servers);
      asking.add(resolver);
      const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
      asking.delete(resolver);
      const found = [...foundIn(four, 4), ...foundIn(six, 6)];
      if (found.length === 0 && four.status === 'rejected') throw four.reason;
      return found;
    },
    close: () => asking.forEach((resolver) => resolver.cancel()),
  };
}

function foundIn(answer: PromiseSettledResult<string[]>, family: 4 | 6): Resolved[] {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
}

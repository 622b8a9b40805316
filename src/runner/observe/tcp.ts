import { readText } from '../read-text.ts';

/** Counters of the host's TCP since boot: what delays a request by 1, 3 or 7 s without either side knowing. */
export interface TcpCounters {
  readonly listen_overflows: number;
  readonly syn_retransmits: number;
  readonly tcp_timeouts: number;
}

/** Null: not supported here. */
export function readTcpCounters(): TcpCounters | null {
  return parseTcpCounters(readText('/proc/net/netstat') ?? '');
}

/** The file has pairs of lines: names, then values (proc_net_netstat). */
export function parseTcpCounters(text: string): TcpCounters | null {
  const [names, values] = text
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(/\s+/));
  if (names === undefined || values === undefined) return null;
  const counter = (name: string): number => Number(values[names.indexOf(name)] ?? 0);
  return {
    listen_overflows: counter('ListenOverflows'),
    syn_retransmits: counter('TCPSynRetrans'),
    tcp_timeouts: counter('TCPTimeouts'),
  };
}

export function tcpDifference(from: TcpCounters | null, to: TcpCounters | null): TcpCounters | null {
  if (from === null || to === null) return null;
  return {
    listen_overflows: to.listen_overflows - from.listen_overflows,
    syn_retransmits: to.syn_retransmits - from.syn_retransmits,
    tcp_timeouts: to.tcp_timeouts - from.tcp_timeouts,
  };
}

import { expect, it } from 'vitest';
import { swapUsedMb } from '../../../src/runner/observe/conditions.ts';
import { parseHostCpu } from '../../../src/runner/observe/cpu.ts';
import { parseTcpCounters, tcpDifference } from '../../../src/runner/observe/tcp.ts';

it('reads CPU times of all cores and of each, guest time not twice (proc_stat(5))', () => {
  const text = `cpu  100 10 50 800 20 3 7 10 60 5
cpu0 60 10 25 400 10 2 4 5 60 5
cpu2 40 0 25 400 10 1 3 5 0 0
intr 1 2 3`;
  expect(parseHostCpu(text)).toEqual({
    all: { work: 160, busy: 170, steal: 10, total: 1000 },
    cores: [
      { work: 95, busy: 101, steal: 5, total: 516 },
      { work: 65, busy: 69, steal: 5, total: 484 },
    ],
  });
  expect(parseHostCpu('')).toBeNull();
});

it('reads TCP counters by name, whatever columns the kernel has', () => {
  const counters = (overflows: number) => `TcpExt: SyncookiesSent ListenOverflows TCPTimeouts TCPSynRetrans
TcpExt: 9 ${overflows} 4 5
IpExt: InNoRoutes ListenOverflows
IpExt: 77 88
`;
  expect(parseTcpCounters(counters(3))).toEqual({ listen_overflows: 3, tcp_timeouts: 4, syn_retransmits: 5 });
  expect(tcpDifference(parseTcpCounters(counters(3)), parseTcpCounters(counters(10)))).toEqual({
    listen_overflows: 7,
    tcp_timeouts: 0,
    syn_retransmits: 0,
  });
  expect(parseTcpCounters('')).toBeNull();
  expect(tcpDifference(null, parseTcpCounters(counters(1)))).toBeNull();
});

it('says how much swap is used, or that it cannot', () => {
  expect(swapUsedMb('MemTotal: 8 kB\nSwapTotal:    2048 kB\nSwapFree:     1024 kB\n')).toBe(1);
  expect(swapUsedMb('MemTotal: 8 kB\n')).toBeNull();
});

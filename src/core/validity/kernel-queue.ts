import type { Finding } from '../finding.ts';
import { countText, listText } from '../number-text.ts';
import { type MeasuredTrial, ofTrial } from './facts.ts';

/** The kernel dropped or repeated packets in the window: latency then has steps at 1, 3 and 7 s that are its own. */
export function kernelQueue(facts: MeasuredTrial): Finding[] {
  const tcp = facts.result.observation?.tcp ?? null;
  if (tcp === null) return [];
  const { listen_overflows, syn_retransmits, tcp_timeouts } = tcp;
  const seen = [
    ...(listen_overflows > 0 ? [countText(listen_overflows, 'overflow') + ' of the listen queue'] : []),
    ...(syn_retransmits > 0 ? [countText(syn_retransmits, 'repeated SYN')] : []),
    ...(tcp_timeouts > 0 ? [countText(tcp_timeouts, 'TCP timeout')] : []),
  ];
  if (seen.length === 0) return [];
  return [
    ofTrial(facts, {
      rule: 'kernel-queue',
      severity: 'SUSPECT',
      evidence: { listen_overflows, syn_retransmits, tcp_timeouts },
      says: `The kernel counted ${listText(seen)} in the window: part of the tail is its waiting times, not the server's.`,
      remedy: 'Raise the backlog of the server and net.core.somaxconn, or ramp up more slowly.',
    }),
  ];
}

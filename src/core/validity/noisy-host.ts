import type { Finding } from '../finding.ts';
import { listText, percentText } from '../number-text.ts';
import type { ObservationSummary } from '../summary/trial-summary.ts';
import { type MeasuredTrial, ofTrial } from './facts.ts';

/** Time that the hypervisor gave to others. */
const MAX_STEAL = 0.01;
/** CPU of processes that have no part in the trial, as a share of the measured cores. */
const MAX_FOREIGN = 0.02;

/** Was the host busy with something else in the window? */
export function noisyHost(facts: MeasuredTrial): Finding[] {
  const { observation, host } = facts.result;
  if (observation === null) return [];
  const measured = new Set([...(host?.server_cpus ?? []), ...(host?.generator_cpus ?? [])]);
  const foreign = measured.size === 0 ? null : foreignOnMeasured(observation) / measured.size;
  const causes: string[] = [];
  if (observation.steal > MAX_STEAL) causes.push(`the hypervisor took ${percentText(observation.steal)} of the time`);
  if (foreign !== null && foreign > MAX_FOREIGN)
    causes.push(`other processes used ${percentText(foreign)} of the cores`);
  if (causes.length === 0) return [];
  return [
    ofTrial(facts, {
      rule: 'noisy-host',
      severity: 'SUSPECT',
      evidence: { steal: observation.steal, foreign_cpu_share: foreign },
      says: `The host was not quiet: ${listText(causes)}.`,
      remedy: 'End other work on the host, or use one that is not shared.',
    }),
  ];
}

/**
 * Foreign CPU on the measured cores, in cores, at least: foreign CPU is known of the whole host only, and what the other
 * cores did may have been all of it.
 */
function foreignOnMeasured({ foreign_cpu, busy_elsewhere }: ObservationSummary): number {
  return Math.max(0, foreign_cpu - (busy_elsewhere ?? 0));
}

import type { Finding } from '../finding.ts';
import type { LoadResult } from '../load-result.ts';
import { listText, percentText } from '../number-text.ts';
import { mean } from '../stats/arithmetic.ts';
import type { Observation } from '../trial-result.ts';
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
  const foreign = measured.size === 0 ? null : foreignOn(measured, observation, facts.load) / measured.size;
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
function foreignOn(measured: ReadonlySet<number>, { foreign_cpu, seconds }: Observation, load: LoadResult): number {
  const from = load.ramp_s + load.warmup_s;
  const window = seconds.filter(({ t_s }) => t_s >= from && t_s < from + load.duration_s);
  const elsewhere = window.map(({ cores_busy }) =>
    cores_busy.reduce((sum, busy, cpu) => (measured.has(cpu) ? sum : sum + busy), 0),
  );
  return Math.max(0, foreign_cpu - (mean(elsewhere) ?? 0));
}

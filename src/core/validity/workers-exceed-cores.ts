import type { Finding } from '../finding.ts';
import { countText } from '../number-text.ts';
import { type CellFacts, ofCell } from './facts.ts';

/** More workers than server cores: they take turns, and the cell says nothing about how the deployment scales. */
export function workersExceedCores(facts: CellFacts): Finding[] {
  const counts = facts.usable.flatMap(({ result }) => (result.host === null ? [] : [result.host.server_cpus.length]));
  const cores = Math.min(...counts);
  if (counts.length === 0 || cores === 0 || facts.cell.workers <= cores) return [];
  return [
    ofCell(facts, {
      rule: 'workers-exceed-cores',
      severity: 'NOTE',
      evidence: { workers: facts.cell.workers, server_cores: cores },
      says: `${countText(facts.cell.workers, 'worker')} ran on ${countText(cores, 'server core')}: do not read scaling from it.`,
      remedy: 'Use a host with at least as many server cores as workers.',
    }),
  ];
}

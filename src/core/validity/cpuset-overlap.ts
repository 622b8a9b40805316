import type { Finding } from '../finding.ts';
import { listText } from '../number-text.ts';
import { type CellFacts, ofCell } from './facts.ts';

/** Server and generator on the same cores take time from each other. */
export function cpusetOverlap(facts: CellFacts): Finding[] {
  const shared = new Set(
    facts.usable.flatMap(({ result: { host } }) =>
      (host?.server_cpus ?? []).filter((cpu) => host?.generator_cpus.includes(cpu)),
    ),
  );
  if (shared.size === 0) return [];
  const cores = [...shared].sort((a, b) => a - b).map(String);
  return [
    ofCell(facts, {
      rule: 'cpuset-overlap',
      severity: 'SUSPECT',
      evidence: { shared_cpus: cores.join(',') },
      says: `Server and generator shared ${cores.length === 1 ? 'core' : 'cores'} ${listText(cores)}.`,
      remedy: 'Give each its own cores with --server-cpus and --generator-cpus.',
    }),
  ];
}

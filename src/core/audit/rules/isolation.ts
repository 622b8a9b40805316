import { NOTHING } from '../audit-report.ts';
import type { RuleOutcome } from '../audit-report.ts';
import type { Study } from '../study.ts';
import { counted } from '../wording.ts';

/** Did generator and servers have a machine, or cores, of their own? */
export function isolation(study: Study): RuleOutcome {
  const { generator, cores, workers } = study.design;
  if (generator === null)
    return { ...NOTHING, not_run: [{ rule: 'co-located', reason: 'the design does not say where the generator ran' }] };
  if (generator === 'own-machine')
    return { ...NOTHING, checked: [{ rule: 'co-located', says: 'The load generator had a machine of its own.' }] };
  const most = Math.max(0, ...workers);
  const crowded = cores !== null && most + 1 > cores;
  return {
    ...NOTHING,
    findings: [
      {
        rule: crowded ? 'workers-exceed-cores' : 'co-located',
        severity: crowded ? 'SUSPECT' : 'NOTE',
        tables: [],
        rows: [],
        evidence: { cores, most_workers: most, generators: 1 },
        says:
          'Generator and server shared one machine' +
          (crowded
            ? `: ${counted(most, 'worker')} and the generator on ${counted(cores, 'core')}, so what more workers gain or lose is also what they took from the generator.`
            : '.'),
        remedy: 'Give generator and server cores of their own, and publish how busy the generator was.',
      },
    ],
  };
}

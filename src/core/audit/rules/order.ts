import { NOTHING } from '../audit-report.ts';
import type { RuleOutcome } from '../audit-report.ts';
import type { Study } from '../study.ts';

/** In which order were the cells run? Drift of the host and the deployment are one thing when each ran in one stretch. */
export function order(study: Study): RuleOutcome {
  const declared = study.design.order;
  if (declared === 'shuffled')
    return { ...NOTHING, checked: [{ rule: 'sequential-order', says: 'The cells were run in shuffled order.' }] };
  const listedInRuns = study.tables.find(
    (t) => t.holds === 'observations' && contiguous(t.rows.map((r) => r.deployment)),
  );
  const hint =
    listedInRuns === undefined ? '' : ` ${listedInRuns.table} lists all runs of one deployment before the next.`;
  return {
    ...NOTHING,
    findings: [
      {
        rule: 'sequential-order',
        severity: declared === 'sequential' ? 'SUSPECT' : 'NOTE',
        tables: listedInRuns === undefined ? [] : [listedInRuns.table],
        rows: [],
        evidence: { order: declared },
        says:
          `${declared === 'sequential' ? 'The deployments were run one after the other' : 'The order of the runs is not stated'}.${hint} ` +
          'A host that warmed up or throttled meanwhile would look like a difference between deployments.',
        remedy: 'Run blocks that hold every cell once, in random order, and publish the order.',
      },
    ],
  };
}

/** Each name in one stretch, and more than one name. */
function contiguous(names: readonly string[]): boolean {
  const starts = names.filter((name, i) => name !== names[i - 1]);
  return starts.length > 1 && new Set(starts).size === starts.length;
}

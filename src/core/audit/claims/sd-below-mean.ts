import type { ClaimOf } from '../claim.ts';
import { rangeOf } from '../printed-number.ts';
import type { Study } from '../study.ts';
import { figure, rounded } from '../wording.ts';
import { notPrinted } from './claim-verdict.ts';
import type { ClaimVerdict } from './claim-verdict.ts';

export function judgeSdBelowMean(study: Study, claim: ClaimOf<'sd_below_mean'>): ClaimVerdict {
  const row = study.spreads.find((t) => t.table === claim.table)?.rows.find((r) => r.deployment === claim.deployment);
  if (row === undefined || row.mean === null) return notPrinted(`${claim.table}, ${claim.deployment}`);
  const text = `“${claim.quote}” (${claim.at}): ${figure(row.sd.value)} and ${figure(row.mean.value)} for ${claim.deployment}`;
  if (rangeOf(row.sd).lo <= rangeOf(row.mean).hi) return { outcome: 'holds', says: `${text}.` };
  return {
    outcome: 'fails',
    severity: 'SUSPECT',
    tables: [claim.table],
    rows: [claim.deployment],
    evidence: { sd: row.sd.value, mean: row.mean.value, cv: rounded(row.sd.value / row.mean.value) },
    says: `${text}: the standard deviation is above the mean, not below.`,
    remedy: 'Hold each sentence against its rows before printing it.',
  };
}

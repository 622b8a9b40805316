import type { ClaimOf } from '../claim.ts';
import { findCell } from '../study-cells.ts';
import type { Study } from '../study.ts';
import { cellName, figure, metricName, rounded } from '../wording.ts';
import { betterRatio, notPrinted, valueOf } from './claim-verdict.ts';
import type { ClaimVerdict } from './claim-verdict.ts';

/** One cell better than another, perhaps by a factor. */
export function judgeOrder(study: Study, claim: ClaimOf<'order'>): ClaimVerdict {
  const [better, worse] = [findCell(study, claim.better), findCell(study, claim.worse)];
  const [a, b] = [valueOf(better, claim.metric), valueOf(worse, claim.metric)];
  const ratio = a === null || b === null ? null : betterRatio(a, b, claim.metric);
  if (better === null || worse === null || a === null || b === null || ratio === null)
    return notPrinted(`${cellName(claim.better)}; ${cellName(claim.worse)}`);
  const text =
    `${metricName(claim.metric)} ${figure(a.value)} for ${cellName(better)}, ${figure(b.value)} for ${cellName(worse)}` +
    (claim.ratio_at_least === 1 ? '' : `, ratio ${figure(ratio.value)}`);
  if (ratio.hi >= claim.ratio_at_least) return { outcome: 'holds', says: `“${claim.quote}” (${claim.at}): ${text}.` };
  return {
    outcome: 'fails',
    severity: 'SUSPECT',
    tables: [...new Set([...better.tables, ...worse.tables])],
    rows: [cellName(better), cellName(worse)],
    evidence: { ratio: rounded(ratio.value), claimed_at_least: claim.ratio_at_least },
    says: `“${claim.quote}” (${claim.at}): the rows say otherwise, ${text}.`,
    remedy: 'Hold each sentence against its rows before printing it.',
  };
}

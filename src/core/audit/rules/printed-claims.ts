import type { AuditFinding, Checked, NotRun, RuleOutcome } from '../audit-report.ts';
import { NOTHING } from '../audit-report.ts';
import type { Claim } from '../claim.ts';
import { judgeChange } from '../claims/change.ts';
import type { ClaimVerdict } from '../claims/claim-verdict.ts';
import { judgeEveryPair } from '../claims/every-pair.ts';
import { judgeOrder } from '../claims/order.ts';
import { judgeSaturated } from '../claims/saturated.ts';
import { judgeSdBelowMean } from '../claims/sd-below-mean.ts';
import { judgeThreshold } from '../claims/threshold.ts';
import type { Study } from '../study.ts';

const RULE = 'printed-claim';

/** What a study says of its rows, against its rows. */
export function printedClaims(study: Study): RuleOutcome {
  if (study.claims.length === 0)
    return { ...NOTHING, not_run: [{ rule: RULE, reason: 'no claims were given (`claims`)' }] };
  const findings: AuditFinding[] = [];
  const checked: Checked[] = [];
  const notRun: NotRun[] = [];
  for (const claim of study.claims) {
    const verdict = judge(study, claim);
    if (verdict.outcome === 'holds') checked.push({ rule: RULE, says: verdict.says });
    else if (verdict.outcome === 'not-run') notRun.push({ rule: RULE, reason: `“${claim.quote}”: ${verdict.reason}` });
    else {
      const { severity, tables, rows, evidence, says, remedy } = verdict;
      findings.push({ rule: RULE, severity, tables, rows, evidence, says, remedy });
    }
  }
  return { findings, checked, not_run: notRun };
}

/** Narrowing leaves one kind for the last line: a kind that is missing here does not compile. */
function judge(study: Study, claim: Claim): ClaimVerdict {
  if (claim.kind === 'change') return judgeChange(study, claim);
  if (claim.kind === 'every_pair') return judgeEveryPair(study, claim);
  if (claim.kind === 'order') return judgeOrder(study, claim);
  if (claim.kind === 'threshold') return judgeThreshold(study, claim);
  if (claim.kind === 'saturated') return judgeSaturated(study, claim);
  return judgeSdBelowMean(study, claim);
}

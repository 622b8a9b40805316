import type { ClaimOf } from '../claim.ts';
import { rangeOf } from '../printed-number.ts';
import { findCell } from '../study-cells.ts';
import type { Study } from '../study.ts';
import { cellName, counted, figure, rounded } from '../wording.ts';
import { notPrinted, valueOf } from './claim-verdict.ts';
import type { ClaimVerdict } from './claim-verdict.ts';

/** A worker less busy than this is not what the requests wait for. */
const BUSY = 0.85;

/**
 * "The worker is saturated" against the utilisation law U = X·S (Denning & Buzen 1978): the work of a request takes no
 * longer than its mean latency at light load, S ≤ R_probe, so W workers are at most X·R_probe/W busy.
 */
export function judgeSaturated(study: Study, claim: ClaimOf<'saturated'>): ClaimVerdict {
  const [cell, probe] = [findCell(study, claim.cell), findCell(study, claim.probe)];
  const [x, r] = [valueOf(cell, 'throughput_rps'), valueOf(probe, 'latency_mean_ms')];
  if (cell === null || probe === null || x === null || r === null || cell.workers === null)
    return notPrinted(`${cellName(claim.cell)}; ${cellName(claim.probe)}`);
  const service_s = rangeOf(r).hi / 1000;
  const busy = (rangeOf(x).hi * service_s) / cell.workers;
  if (busy >= BUSY)
    return {
      outcome: 'holds',
      says: `“${claim.quote}” (${claim.at}): ${cellName(cell)} may have been ${figure(100 * busy, 0)} % busy.`,
    };
  return {
    outcome: 'fails',
    severity: 'SUSPECT',
    tables: [...new Set([...cell.tables, ...probe.tables])],
    rows: [cellName(cell), cellName(probe)],
    evidence: { throughput_rps: x.value, probe_latency_mean_ms: r.value, busy_at_most: rounded(busy, 3) },
    says:
      `“${claim.quote}” (${claim.at}): by the rows ${cellName(cell)} had ${counted(cell.workers, 'worker')} at most ` +
      `${figure(100 * busy, 0)} % busy (${figure(x.value)} requests/s, each at most the ${figure(r.value)} ms of ` +
      `${claim.probe.users ?? 0} users), able to serve ${figure(cell.workers / service_s, 0)}/s. Something else made them wait, or the work itself grew.`,
    remedy: 'Record the CPU of every worker and of the generator; only that can show what was full.',
  };
}

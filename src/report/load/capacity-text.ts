import type { CapacityProbe, CapacityResult } from '../../core/load-result.ts';
import { declaredPercentText, declaredText, numberText } from '../../core/number-text.ts';

/** "p95 < 50 ms and errors ≤ 0.1 %". */
export function limitsText({ quantile, latency_ms, error_rate }: CapacityResult['limit']): string {
  const percentile = Number((100 * quantile).toPrecision(12));
  return `p${percentile} < ${declaredText(latency_ms)} ms and errors ≤ ${declaredPercentText(error_rate)}`;
}

/** The answer of a search: the highest rate, or why there is none, and what stood in the way of a higher one. */
export function capacityAnswer(capacity: CapacityResult): string {
  const limits = limitsText(capacity.limit);
  return capacity.rate_rps === null ? noRate(capacity, limits) : highest(capacity, capacity.rate_rps, limits);
}

function highest({ ended, probes }: CapacityResult, rate_rps: number, limits: string): string {
  const rate = `${numberText(rate_rps)} requests/s`;
  const above = probes.filter((probe) => probe.rate_rps > rate_rps).sort((a, b) => a.rate_rps - b.rate_rps);
  const next = (outcome: CapacityProbe['outcome']): string => {
    const found = above.find((probe) => probe.outcome === outcome);
    return found === undefined ? 'a higher rate' : `${numberText(found.rate_rps)} requests/s`;
  };
  switch (ended) {
    case 'undecided':
      return `${rate} keep ${limits}. Whether ${next('undecided')} do could not be judged in the window: a longer --duration may tell.`;
    case 'void':
      return `${rate} keep ${limits}. At ${next('void')} the generator was the limit, so the server may keep them at more.`;
    case 'stopped':
      return `${rate} keep ${limits}. The search was stopped there, so the highest rate is not known.`;
    default:
      return `The highest rate that keeps ${limits}: ${rate}. At ${next('failed')} they were not kept.`;
  }
}

function noRate({ ended, probes }: CapacityResult, limits: string): string {
  const rate = `${numberText(Math.min(...probes.map(({ rate_rps }) => rate_rps)))} requests/s`;
  switch (ended) {
    case 'undecided':
      return `Whether ${rate} keep ${limits} could not be judged in the window: a longer --duration may tell.`;
    case 'void':
      return `Nothing can be said of the server: at ${rate} the generator was the limit.`;
    case 'stopped':
      return `The search was stopped before a rate had kept ${limits}.`;
    default:
      return `No rate that was tried keeps ${limits}, not even the lowest, ${rate}.`;
  }
}

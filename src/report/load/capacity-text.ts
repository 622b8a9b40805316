import type { CapacityProbe, CapacityResult } from '../../core/load-result.ts';
import { declaredPercentText, declaredText, numberText } from '../../core/number-text.ts';
import { requestsToPass } from '../../core/stats/capacity-step.ts';

/** "p95 ≤ 50 ms and errors ≤ 0.1 %". */
export function limitsText({ quantile, latency_ms, error_rate }: CapacityResult['limit']): string {
  const percentile = Number((100 * quantile).toPrecision(12));
  return `p${percentile} ≤ ${declaredText(latency_ms)} ms and errors ≤ ${declaredPercentText(error_rate)}`;
}

/** The answer of a search: the highest rate, or why there is none, and what stood in the way of a higher one. */
export function capacityAnswer(capacity: CapacityResult, unit: string): string {
  const { rate_rps, limit } = capacity;
  const words: Words = { limits: limitsText(limit), rateText: (rate) => `${numberText(rate)} ${unit}` };
  return rate_rps === null ? noRate(capacity, words) : highest(capacity, rate_rps, words);
}

interface Words {
  readonly limits: string;
  readonly rateText: (rate: number) => string;
}

function highest({ ended, probes }: CapacityResult, rate_rps: number, { limits, rateText }: Words): string {
  const rate = rateText(rate_rps);
  const next = (outcome: CapacityProbe['outcome']): string => {
    const found = lowestOf(probes.filter((probe) => probe.rate_rps > rate_rps && probe.outcome === outcome));
    return found === null ? 'a higher rate' : rateText(found.rate_rps);
  };
  switch (ended) {
    case 'undecided':
      return `${rate} keep ${limits}. Whether ${next('undecided')} do could not be judged in the window: a longer --duration may tell.`;
    case 'void':
      return `≥ ${rate} keep ${limits}. At ${next('void')} the generator was the limit, so the server may keep them at more.`;
    case 'stopped':
      return `≥ ${rate} keep ${limits}. The search was stopped there, so the highest rate is not known.`;
    default:
      return `The highest rate that keeps ${limits}: ${rate}. At ${next('failed')} they were not kept.`;
  }
}

function noRate({ ended, probes, limit }: CapacityResult, { limits, rateText }: Words): string {
  const lowest = lowestOf(probes);
  if (ended === 'stopped' || lowest === null) return `The search was stopped before a rate had kept ${limits}.`;
  if (ended === 'undecided' || lowest.outcome === 'undecided') {
    const failed = lowestOf(probes.filter(({ outcome }) => outcome === 'failed'));
    const at = failed === null ? '' : ` ${rateText(failed.rate_rps)} did not.`;
    return `No rate was shown to keep ${limits}.${at} To tell of a lower one takes ${numberText(requestsToPass(limit))} requests in its window, without a fault: a longer --duration has them.`;
  }
  if (lowest.outcome === 'void')
    return `Nothing can be said of the server: at ${rateText(lowest.rate_rps)} the generator was the limit.`;
  return `No rate that was tried keeps ${limits}, not even the lowest, ${rateText(lowest.rate_rps)}.`;
}

function lowestOf(probes: readonly CapacityProbe[]): CapacityProbe | null {
  return probes.reduce<CapacityProbe | null>(
    (lowest, probe) => (lowest === null || probe.rate_rps < lowest.rate_rps ? probe : lowest),
    null,
  );
}

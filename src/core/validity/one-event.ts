import type { Finding } from '../finding.ts';
import type { LatencyStats, Withholdable } from '../load-result.ts';
import { listText, percentText } from '../number-text.ts';
import { type Percentile, percentileShown } from '../stats/percentile-shown.ts';
import type { LoadSummary } from '../summary/trial-summary.ts';
import { failedCount } from './accounting.ts';
import { type LoadFacts, ofTrial } from './facts.ts';

const READ: readonly (Percentile & keyof LatencyStats & Withholdable)[] = ['p50', 'p90', 'p95', 'p99'];

/**
 * Of few seconds one holds half of some ten samples by chance alone: of 3 s in 37 % of trials, of 4 s in 14 %, of 5 s in 6 %, of
 * 10 s in 0.3 % (11 samples thrown at random). Below this many the share tells nothing.
 */
const FEWEST_SECONDS = 5;

/** The largest share of a trial's samples above a percentile that one second holds; null when it tells nothing. */
export function oneSecondShare(
  load: Pick<LoadSummary, 'duration_s' | 'one_second_share'>,
  percentile: Percentile,
): number | null {
  if (Math.round(load.duration_s) < FEWEST_SECONDS) return null;
  return load.one_second_share?.[percentile] ?? null;
}

/** Percentiles that one event made, such as a pause of the server: they are hidden in that trial. */
export function oneEvent(facts: LoadFacts): Finding[] {
  const { load } = facts;
  const samples = load.ok + failedCount(load);
  const hidden = READ.filter((percentile) => {
    const shown = percentileShown(percentile, samples, oneSecondShare(load, percentile));
    return !load.withheld.includes(percentile) && !shown.shown && shown.reason === 'one-event';
  });
  if (hidden.length === 0) return [];
  const share = Math.max(...hidden.map((percentile) => oneSecondShare(load, percentile) ?? 0));
  return [
    ofTrial(facts, {
      rule: 'one-event',
      severity: 'NOTE',
      evidence: { share, hidden: hidden.join(',') },
      says: `One second holds up to ${percentText(share)} of the samples above ${listText(hidden)}: they describe that second.`,
      remedy: 'Look at that second in the trial; a longer window shows how often the like of it happens.',
    }),
  ];
}

import type { Finding } from '../finding.ts';
import { listText } from '../number-text.ts';
import { type Percentile, percentileShown, SAMPLES_NEEDED } from '../stats/percentile-shown.ts';
import { failedCount } from './accounting.ts';
import { type LoadsOfCell, ofCell } from './facts.ts';

const SHOWN: readonly Percentile[] = ['p50', 'p90', 'p95', 'p99'];

/** Percentiles that some trial has too few requests for; they are hidden. */
export function tooFewSamples(facts: LoadsOfCell): Finding[] {
  const samples = facts.usable.map(({ load }) => load.ok + failedCount(load));
  const fewest = Math.min(...samples);
  const hidden = samples.length === 0 ? [] : SHOWN.filter((percentile) => !percentileShown(percentile, fewest).shown);
  if (hidden.length === 0) return [];
  const needed = Math.max(...hidden.map((percentile) => SAMPLES_NEEDED[percentile]));
  return [
    ofCell(facts, {
      rule: 'too-few-samples',
      severity: 'NOTE',
      evidence: { fewest, needed, hidden: hidden.join(',') },
      says: `A trial has ${fewest} requests, too few for ${listText(hidden)}.`,
      remedy: `Use a longer window: ${needed} requests show all of them.`,
    }),
  ];
}

import { allWaiting, type Situation } from './situation.ts';
import { allEquivalent, tally, wonText } from './tally.ts';

/** Where all were waiting for the users, mean latency is what can still be compared. */
export function latencySentence(situations: readonly Situation[]): string | null {
  const comparisons = situations.filter(allWaiting).flatMap((s) => s.comparisons);
  const result = tally('latency_mean_ms', comparisons);
  if (result === null) return null;
  const won = wonText(result);
  if (won !== null) return `There ${result.best} answered faster on average ${won}.`;
  return allEquivalent(result)
    ? 'Their mean latencies there are the same within the margin.'
    : 'Nor does their mean latency there show a difference that the repetitions can prove.';
}

/** CPU is used whether or not somebody waits: it is compared wherever it was measured. */
export function cpuSentence(situations: readonly Situation[]): string | null {
  const result = tally(
    'server_cpu_ms_per_request',
    situations.flatMap((s) => s.comparisons),
  );
  const won = result === null ? null : wonText(result);
  return result === null || won === null ? null : `Per request ${result.best} took less server CPU ${won}.`;
}

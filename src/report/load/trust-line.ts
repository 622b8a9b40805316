import type { LoadFinding } from '../../core/load-document.ts';
import type { LoadResult } from '../../core/load-result.ts';
import { numberText } from '../../core/number-text.ts';
import { GENERATOR_BOUND } from '../../core/validity/bottleneck.ts';
import { OVERLOADED_RULE } from '../../core/validity/overloaded.ts';
import { LATENCY_HEADS } from './latency-cells.ts';

/**
 * The line that says whether the figures may be believed. Lag: the larger of the p99 of how late requests were reached and
 * the p99 of the event-loop turns in which answers were stamped.
 */
export function trustLine(result: LoadResult, findings: readonly Pick<LoadFinding, 'rule'>[]): string {
  const lag = Math.max(result.sched_lag_ms.p99 ?? 0, result.turn_ms.p99 ?? 0);
  const names = result.withheld.map((name) => LATENCY_HEADS[name]);
  const withheld = names.length === 0 ? 'nothing withheld' : `withheld: ${names.join(', ')}`;
  const busy = `${Math.round(100 * result.generator.busy)} %`;
  const facts = `Generator ${busy} busy, p99 lag ${numberText(lag)} ms, ${withheld}.`;
  if (result.void) return `Trust: no. ${result.void_reasons.map(sentence).join(' ')} ${facts}`;
  if (result.capacity?.ended === 'void')
    return `Trust: in part. The generator was the limit of the search, not the server. ${facts}`;
  if (result.generator.busy >= GENERATOR_BOUND)
    return `Trust: in part. The generator may have been the limit, not the server. ${facts}`;
  if (findings.some(({ rule }) => rule === OVERLOADED_RULE))
    return `Trust: in part. More was offered than was served, so the latencies say how long the window was. ${facts}`;
  return `Trust: ${names.length === 0 ? 'yes' : 'in part'}. ${facts}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

import type { LoadFinding } from '../load-document.ts';
import type { LoadResult } from '../load-result.ts';
import { loadSummary } from '../summary/trial-summary.ts';
import { generatorBound } from './bottleneck.ts';
import { capacitySearch } from './capacity-search.ts';
import { censored } from './censored.ts';
import { closedLoopOf } from './closed-loop.ts';
import type { LoadFacts, LoadsOfCell } from './facts.ts';
import { generatorLag } from './generator-lag.ts';
import { oneEvent } from './one-event.ts';
import { overloaded } from './overloaded.ts';
import { tooFewSamples } from './too-few-samples.ts';

const LOAD_RULES = [generatorLag, generatorBound, oneEvent, overloaded, capacitySearch] as const;
/** They are about latencies, of which a search without an answer has none. */
const LATENCY_RULES = [tooFewSamples, censored] as const;

/**
 * What the rules say about a run that belongs to no experiment. Left out are those that need what only a runner knows: what was
 * declared, the floor, the host, the kernel's counters, and other trials.
 */
export function loneFindings(load: LoadResult): LoadFinding[] {
  const summary = loadSummary(load);
  const cell = { cell: '' };
  const facts: LoadFacts = {
    cell,
    result: { block: 1, run: 1, load: summary, probe_service_ms: null },
    load: summary,
  };
  const ofCell: LoadsOfCell = { cell, usable: [facts] };
  const isClosed = load.model === 'users' || load.model === 'connections';
  const found = [
    ...LOAD_RULES.flatMap((rule) => rule(facts)),
    ...(load.capacity?.rate_rps === null ? [] : LATENCY_RULES.flatMap((rule) => rule(ofCell))),
    ...(isClosed ? closedLoopOf(ofCell) : []),
  ];
  return found.map(({ rule, severity, evidence, says, remedy }) => ({ rule, severity, evidence, says, remedy }));
}

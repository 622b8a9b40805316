import type { Finding } from '../finding.ts';
import { countText, measuredText, percentText } from '../number-text.ts';
import type { LoadSummary, TrialSummary } from '../summary/trial-summary.ts';
import { type LoadFacts, ofTrial } from './facts.ts';

/** Why a trial's latencies are not shown. */
export const OVERLOADED_RULE = 'overloaded';

/** Of the arrivals of a window: so many may be unanswered, or more in flight at its end than at its start. */
const MAX_SHARE = 0.01;
/** Of the trend of requests in flight. */
const MAX_P = 0.01;
const SIGMAS = 3;

interface Overload {
  /** Arrivals of the window that its seconds did not answer. */
  readonly unanswered: number;
  readonly arrivals: number;
  /** In flight: at the end of the window less at its start; null where the trend shows no growth. */
  readonly grown: number | null;
}

/** Stages may end with more than their mean rate: with so many times as many in flight, of a server that nothing waits in. */
const MOST_TIMES_MEAN = 5;

/**
 * Was more offered than was served? Null: no, or not an open model. Then requests wait the longer the later they arrive, and latency
 * says how long the window was.
 *
 * Answers are missing: fewer than 0.99 of the arrivals, by more than what two counts of requests in flight differ by chance:
 * 3·√(2L), L their mean number (in M/G/∞ it is Poisson; Little: L = λR). Or they grow: Mann–Kendall p < 0.01 over the window's
 * seconds, and by more than 1 % of the arrivals. The trend of stages is that of their rate and says nothing; and where they end at a
 * higher rate than they began with, so many more are in flight as take R₁, the service time of one user alone, at that rate.
 */
export function overloadOf({
  load,
  probe_service_ms,
}: Pick<TrialSummary, 'load' | 'probe_service_ms'>): Overload | null {
  if (load === null || load.capacity !== undefined || load.requests === 0) return null;
  if (load.model !== 'rate' && load.model !== 'stages') return null;
  const isStages = load.model === 'stages';
  const { connect, reset, protocol } = load.failed;
  // Refused or broken off is over, and waits for nothing; what has timed out was still waiting.
  const unanswered = load.requests - load.answered_in_window - connect - reset - protocol;
  const arrival_rps = load.requests / load.duration_s;
  const inFlight = arrival_rps * ((load.latency_ms.mean ?? 0) / 1000);
  const atTheEnd = isStages ? MOST_TIMES_MEAN * arrival_rps * ((probe_service_ms ?? 0) / 1000) : 0;
  const allowed = MAX_SHARE * load.requests + SIGMAS * Math.sqrt(2 * inFlight) + atTheEnd;
  const grown = isStages ? null : growthOf(load);
  return unanswered <= allowed && grown === null
    ? null
    : { unanswered: Math.max(0, unanswered), arrivals: load.requests, grown };
}

function growthOf({ in_flight, requests }: LoadSummary): number | null {
  if (in_flight == null || in_flight.p === null || in_flight.p >= MAX_P || in_flight.s <= 0) return null;
  const grown = in_flight.last - in_flight.first;
  return grown > MAX_SHARE * requests ? grown : null;
}

/** Whether at least half of the trials of a cell were overloaded: then its load was no limit of its rate. */
export function mostlyOverloaded(trials: readonly Pick<LoadFacts, 'result'>[]): boolean {
  const count = trials.filter(({ result }) => overloadOf(result) !== null).length;
  return count > 0 && 2 * count >= trials.length;
}

/** More was offered than served: the rate stands, as an estimate of the capacity; the latencies are not shown. */
export function overloaded(facts: LoadFacts): Finding[] {
  const found = overloadOf(facts.result);
  if (found === null) return [];
  const { unanswered, arrivals, grown } = found;
  const grew =
    grown === null ? '' : `; ${countText(grown, 'request')} more were in flight at its end than at its start`;
  return [
    ofTrial(facts, {
      rule: 'overloaded',
      severity: 'SUSPECT',
      evidence: {
        arrivals,
        unanswered,
        grown,
        answered_rps: facts.load.answered_rps,
        offered_rps: facts.load.rate_rps ?? null,
      },
      says: `Of ${countText(arrivals, 'request')} that arrived in the window ${percentText(unanswered / arrivals)} were not answered in it${grew}: its latencies say how long it was, not how fast the server is. ${measuredText(facts.load.answered_rps)} requests/s is an estimate of what can be served.`,
      remedy: 'Lower the rate; or ask for the capacity, which is a model of its own.',
    }),
  ];
}

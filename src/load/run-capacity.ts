import type { CapacityLimit, LoadPlan, ModelOf } from '../core/load-plan.ts';
import { type CapacityProbe, type CapacityResult, FAILURE_CLASSES, type LoadResult } from '../core/load-result.ts';
import { normalQuantile } from '../core/stats/normal.ts';
import { wilsonInterval } from '../core/stats/wilson.ts';
import { CapacitySearch, judgeStep, type ProbeOutcome, type StepBounds, type StepCounts } from './capacity-search.ts';
import { withoutLatency } from './latency-free.ts';
import { DrainWatch } from './drain-watch.ts';
import type { RunEngineOptions } from './run-once.ts';
import { RunSeries } from './run-series.ts';

export type CapacityPlan = LoadPlan & { readonly model: ModelOf<'capacity'> };

export function isCapacityPlan(plan: LoadPlan): plan is CapacityPlan {
  return plan.model.kind === 'capacity';
}

function countsOf(result: LoadResult): StepCounts {
  const failed = FAILURE_CLASSES.reduce((sum, name) => sum + result.failed[name], 0);
  return { requests: result.ok + failed, over_limit: result.over_limit ?? 0, failed };
}

/** Wilson bounds (95 %) of both shares; of no request at all they are 0 and 1. */
export function boundsOf({ requests, over_limit, failed }: StepCounts): StepBounds {
  const z = normalQuantile(0.975);
  const of = (k: number) => (requests === 0 ? { lo: 0, hi: 1 } : wilsonInterval(k, requests, z));
  const [over, errors] = [of(over_limit), of(failed)];
  return { over_limit_lo: over.lo, over_limit_hi: over.hi, error_rate_lo: errors.lo, error_rate_hi: errors.hi };
}

/** A step as the engine runs it: open, at one rate. */
function stepPlan(plan: CapacityPlan, rate_rps: number, window_s: number): LoadPlan {
  const { arrivals, connections, max_connections, limit } = plan.model;
  return {
    ...plan,
    model: { kind: 'rate', rate_rps, arrivals, connections, max_connections },
    window_s,
    limit_ms: limit.latency_ms,
  };
}

interface Judged {
  readonly probe: CapacityProbe;
  readonly result: LoadResult;
}

/** What all steps of a search have in common. */
interface Search {
  readonly plan: CapacityPlan;
  readonly series: RunSeries;
  readonly drain: DrainWatch;
  readonly options: RunEngineOptions;
}

/**
 * What a step says. It is `void` too where it would not have failed without the requests that the generator was late for: they may be all
 * that broke the limit. What the generator does only adds to latency, so a step that passed has passed.
 */
export function outcomeOf(
  result: Pick<LoadResult, 'void' | 'contaminated'>,
  counts: StepCounts,
  limit: CapacityLimit,
): ProbeOutcome {
  if (result.void) return 'void';
  const outcome = judgeStep(boundsOf(counts), limit);
  const surely = { ...counts, over_limit: Math.max(0, counts.over_limit - result.contaminated) };
  return outcome === 'failed' && judgeStep(boundsOf(surely), limit) !== 'failed' ? 'void' : outcome;
}

async function oneRun({ plan, series, options }: Search, rate: number, window_s: number): Promise<Judged> {
  const result = await series.run(stepPlan(plan, rate, window_s), options);
  const counts = countsOf(result);
  const outcome = outcomeOf(result, counts, plan.model.limit);
  return { probe: { rate_rps: rate, window_s, outcome, ...counts, ...boundsOf(counts) }, result };
}

/** Null when an abort broke it off. */
async function unlessAborted<T>(running: Promise<T>, signal: AbortSignal): Promise<T | null> {
  try {
    return await running;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/** True when the server has drained; also where an abort breaks the wait off. */
async function drained({ drain, options }: Search): Promise<boolean> {
  return (await unlessAborted(drain.wait(), options.signal)) ?? true;
}

/** The rate once more, if what was said of it does not stand and nothing has aborted the search. Null: it stands. */
async function again(search: Search, said: Judged, isOpen: boolean, window_s: number): Promise<Judged | null> {
  if (!isOpen || search.options.signal.aborted) return null;
  await drained(search);
  return await unlessAborted(oneRun(search, said.probe.rate_rps, window_s), search.options.signal);
}

/**
 * One rate: again as it was where the generator was late, which a disturbance of the host is enough for; and again with a window twice
 * as long where it could not be decided. What the last run says stands.
 */
async function judgeRate(search: Search, rate: number): Promise<Judged> {
  const { window_s } = search.plan;
  const first = await oneRun(search, rate, window_s);
  const judged = (await again(search, first, first.probe.outcome === 'void', window_s)) ?? first;
  return (await again(search, judged, judged.probe.outcome === 'undecided', 2 * window_s)) ?? judged;
}

function limitOf({ quantile, latency_ms, error_rate }: CapacityLimit): CapacityResult['limit'] {
  return { quantile, latency_ms, error_rate };
}

/**
 * Searches the highest rate that keeps the plan's limit: one engine run for each step, the next one when the server has drained.
 * @returns the result of the best step, with the search; aborted, with what it had found by then.
 * @throws EngineError as `runOnce`.
 */
export async function runCapacity(plan: CapacityPlan, options: RunEngineOptions): Promise<LoadResult> {
  const { signal } = options;
  const search = new CapacitySearch(plan.model.start_rps);
  const series = new RunSeries(plan);
  const parts: Search = { plan, series, drain: await DrainWatch.begin(plan, series, options), options };
  const probes: CapacityProbe[] = [];
  let best: LoadResult | null = null;
  let last: LoadResult | null = null;
  for (let rate = search.next(); rate !== null; rate = search.next()) {
    const hasDrained = probes.length === 0 || (await drained(parts));
    const running = judgeRate(parts, rate);
    // With nothing to show yet, an abort is told as of any other run.
    const judged: Judged | null = last === null ? await running : await unlessAborted(running, signal);
    last = judged?.result ?? last;
    // A run that was cut short says nothing about its rate.
    if (judged === null || signal.aborted) break;
    const probe = hasDrained ? judged.probe : { ...judged.probe, drained: false };
    if (probe.outcome === 'passed') best = judged.result;
    probes.push(probe);
    options.onMessage?.({ type: 'probe', probe });
    search.judged(rate, probe.outcome);
  }
  if (last === null) throw new Error('a capacity search makes at least one step');
  const capacity: CapacityResult = {
    limit: limitOf(plan.model.limit),
    rate_rps: search.passed,
    ended: signal.aborted ? 'stopped' : search.ended,
    probes,
  };
  return { ...(best ?? withoutLatency(last)), capacity };
}

import type { CapacityLimit, LoadPlan, ModelOf } from '../core/load-plan.ts';
import {
  type CapacityProbe,
  type CapacityResult,
  FAILURE_CLASSES,
  type LatencyStats,
  type LoadResult,
} from '../core/load-result.ts';
import { normalQuantile } from '../core/stats/normal.ts';
import { wilsonInterval } from '../core/stats/wilson.ts';
import { CapacitySearch, judgeStep, type ProbeOutcome, type StepBounds, type StepCounts } from './capacity-search.ts';
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

async function oneRun({ plan, series, options }: Search, rate: number, window_s: number): Promise<Judged> {
  const result = await series.run(stepPlan(plan, rate, window_s), options);
  const counts = countsOf(result);
  const bounds = boundsOf(counts);
  const outcome: ProbeOutcome = result.void ? 'void' : judgeStep(bounds, plan.model.limit);
  return { probe: { rate_rps: rate, window_s, outcome, ...counts, ...bounds }, result };
}

/**
 * One rate: again with a window twice as long where the first could not decide, and again as it was where the generator was late,
 * which a disturbance of the host is enough for. What the second run says stands.
 */
async function judgeRate(search: Search, rate: number): Promise<Judged> {
  const { plan, drain, options } = search;
  const first = await oneRun(search, rate, plan.window_s);
  if (first.probe.outcome === 'passed' || first.probe.outcome === 'failed' || options.signal.aborted) return first;
  await drain.wait();
  if (options.signal.aborted) return first;
  return await oneRun(search, rate, first.probe.outcome === 'void' ? plan.window_s : 2 * plan.window_s);
}

/** Null when an abort broke it off and there is something to show without it. */
async function unlessAborted<T>(running: Promise<T>, signal: AbortSignal, isDispensable: boolean): Promise<T | null> {
  try {
    return await running;
  } catch (error) {
    if (signal.aborted && isDispensable) return null;
    throw error;
  }
}

const NO_LATENCY: LatencyStats = { mean: null, p50: null, p90: null, p95: null, p99: null, p999: null, max: null };

/** Above capacity latency is a function of the window: of a search in which nothing passed there is none. */
function withoutLatency(result: LoadResult): LoadResult {
  return { ...result, latency_ms: NO_LATENCY, latency_ok_ms: NO_LATENCY, service_ms: NO_LATENCY };
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
  const search = new CapacitySearch(plan.model.start_rps);
  const series = new RunSeries(plan);
  const drain = await DrainWatch.begin(plan, series, options);
  const probes: CapacityProbe[] = [];
  let best: LoadResult | null = null;
  let last: LoadResult | null = null;
  for (let rate = search.next(); rate !== null; rate = search.next()) {
    if (probes.length > 0) await drain.wait();
    const judged: Judged | null = await unlessAborted(
      judgeRate({ plan, series, drain, options }, rate),
      options.signal,
      last !== null,
    );
    last = judged?.result ?? last;
    // A run that was cut short says nothing about its rate.
    if (judged === null || options.signal.aborted) break;
    const { probe, result } = judged;
    if (probe.outcome === 'passed') best = result;
    probes.push(probe);
    options.onMessage?.({ type: 'probe', probe });
    search.judged(rate, probe.outcome);
  }
  if (last === null) throw new Error('a capacity search makes at least one step');
  const capacity: CapacityResult = {
    limit: limitOf(plan.model.limit),
    rate_rps: search.passed,
    ended: options.signal.aborted ? 'stopped' : search.ended,
    probes,
  };
  return { ...(best ?? withoutLatency(last)), capacity };
}

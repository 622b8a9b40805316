import { encodeHistogram } from '../core/histogram.ts';
import type { LoadPlan } from '../core/load-plan.ts';
import {
  FAILURE_CLASSES,
  type LatencyStats,
  type LoadResult,
  type SecondRow,
  type Withholdable,
} from '../core/load-result.ts';
import type { Driver } from './driver.ts';
import type { Cost } from './generator-cost.ts';
import type { Ledger } from './ledger.ts';
import type { Recorder } from './recorder.ts';
import type { Timeline } from './timeline.ts';
import { censoredPercentiles, voidReasons, withheldPercentiles } from './trust.ts';
import { CONTAMINATION_FLOOR_MS, type TurnWatch } from './turn-watch.ts';

export interface RunFacts {
  readonly plan: LoadPlan;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly turns: TurnWatch;
  readonly driver: Driver;
  /** Over the window. */
  readonly cost: Cost;
  readonly rssMb: number;
  readonly seconds: SecondRow[];
  readonly givenUp: number;
}

function latencyStats(recorder: Recorder, withheld: readonly Withholdable[]): LatencyStats {
  const shown = (name: Withholdable, q: number): number | null =>
    withheld.includes(name) ? null : recorder.quantileMs(q);
  return {
    mean: recorder.meanMs(),
    p50: shown('p50', 0.5),
    p90: shown('p90', 0.9),
    p95: shown('p95', 0.95),
    p99: shown('p99', 0.99),
    p999: shown('p999', 0.999),
    max: shown('max', 1),
  };
}

function lagStats(recorder: Recorder): LoadResult['turn_ms'] {
  return { p50: recorder.quantileMs(0.5), p99: recorder.quantileMs(0.99), max: recorder.quantileMs(1) };
}

/** A request is contaminated when sched_lag + turn > max(1 ms, 5 % of the service p50). */
function contaminatedCount(turns: TurnWatch, service: Recorder): number {
  const allowed = Math.max(CONTAMINATION_FLOOR_MS, 0.05 * (service.quantileMs(0.5) ?? 0));
  return allowed === CONTAMINATION_FLOOR_MS ? turns.suspects.total : turns.suspects.countAboveMs(allowed);
}

function counts(
  facts: RunFacts,
): Pick<
  LoadResult,
  | 'requests'
  | 'not_sent'
  | 'ok'
  | 'failed'
  | 'stale_connections'
  | 'in_flight_at_end'
  | 'sent_total'
  | 'ok_in_window'
  | 'answered_in_window'
> {
  const { ledger, driver } = facts;
  return {
    requests: ledger.requests,
    not_sent: ledger.notSent,
    ok: ledger.ok,
    failed: Object.fromEntries(FAILURE_CLASSES.map((name, i) => [name, ledger.failed[i] ?? 0])) as LoadResult['failed'],
    stale_connections: driver.staleConnections,
    in_flight_at_end: ledger.inFlightAtEnd,
    sent_total: driver.sentTotal,
    ok_in_window: ledger.okInWindow,
    answered_in_window: ledger.answeredInWindow,
  };
}

function meanOf(bytes: number, answers: number): number | null {
  return answers === 0 ? null : bytes / answers;
}

function sumOf(parts: Float64Array): number {
  return parts.reduce((a, b) => a + b, 0);
}

function bodies(ledger: Ledger): Pick<LoadResult, 'bytes' | 'body_bytes_mean' | 'body_bytes_mean_thirds'> {
  const third = (i: 0 | 1 | 2): number | null => meanOf(ledger.bodyBytes[i] ?? 0, ledger.bodies[i] ?? 0);
  return {
    bytes: ledger.bytesInWindow,
    body_bytes_mean: meanOf(sumOf(ledger.bodyBytes), sumOf(ledger.bodies)),
    body_bytes_mean_thirds: [third(0), third(1), third(2)],
  };
}

function encoded(recorder: Recorder): string {
  return encodeHistogram(recorder.toHistogram());
}

function histograms(ledger: Ledger, turns: TurnWatch): LoadResult['histograms'] {
  return {
    latency: encoded(ledger.latency),
    latency_ok: encoded(ledger.latencyOk),
    service: encoded(ledger.service),
    sched_lag: encoded(ledger.schedLag),
    conn_wait: encoded(ledger.connWait),
    turn: encoded(turns.turns),
  };
}

function identity(
  plan: LoadPlan,
): Pick<
  LoadResult,
  'url' | 'request' | 'model' | 'users' | 'connections' | 'threads' | 'warmup_s' | 'timeout_s' | 'seed'
> {
  const host = plan.host.includes(':') ? `[${plan.host}]` : plan.host;
  return {
    url: `http://${host}:${plan.port}${plan.request.path}`,
    request: plan.request.name,
    model: plan.model.kind,
    users: plan.model.kind === 'users' ? plan.model.users : null,
    connections: plan.model.kind === 'users' ? plan.model.users : plan.model.connections,
    threads: 1,
    warmup_s: plan.warmup_s,
    timeout_s: plan.timeout_s,
    seed: plan.seed,
  };
}

/** The result of a run whose window has begun. */
export function assembleResult(facts: RunFacts): LoadResult {
  const { ledger, turns, timeline, driver } = facts;
  const windowS = (timeline.windowEnd - timeline.windowStart) / 1000;
  const rate = (count: number): number => (windowS > 0 ? count / windowS : 0);
  const failed = sumOf(ledger.failed);
  const ended = ledger.ok + failed;
  const contaminated = contaminatedCount(turns, ledger.service);
  const withheld = withheldPercentiles(contaminated, ended);
  const longTurnsShare = windowS > 0 ? turns.longTurnsMs / 1000 / windowS : 0;
  const reasons = voidReasons({
    contaminated,
    requests: ended,
    longTurnsShare,
    generatorFaults: driver.generatorFaults,
    givenUp: facts.givenUp,
  });
  return {
    ...identity(facts.plan),
    ramp_s: (timeline.rampEnd - timeline.start) / 1000,
    duration_s: windowS,
    ...counts(facts),
    ...bodies(ledger),
    throughput_rps: rate(ledger.okInWindow),
    answered_rps: rate(ledger.answeredInWindow),
    error_rate: ended === 0 ? null : failed / ended,
    latency_ms: latencyStats(ledger.latency, withheld),
    latency_ok_ms: latencyStats(ledger.latencyOk, withheld),
    service_ms: latencyStats(ledger.service, withheld),
    sched_lag_ms: lagStats(ledger.schedLag),
    conn_wait_ms: lagStats(ledger.connWait),
    turn_ms: lagStats(turns.turns),
    one_second_share: ledger.oneSecond.shares(ledger.latency),
    censored: censoredPercentiles(failed, ended),
    withheld,
    contaminated,
    long_turns_share: longTurnsShare,
    think_time_mean_s: ledger.thinks === 0 ? null : ledger.thinkMs / ledger.thinks / 1000,
    generator: { busy: facts.cost.busy, cpu_s: facts.cost.cpuS, gc_ms: facts.cost.gcMs, rss_mb: facts.rssMb },
    void: reasons.length > 0,
    void_reasons: reasons,
    seconds: facts.seconds,
    histograms: histograms(ledger, turns),
  };
}

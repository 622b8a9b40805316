import { encodeHistogram } from '../core/histogram.ts';
import { type ParsedPlan, windowS } from '../core/load-plan.ts';
import {
  FAILURE_CLASSES,
  type LatencyStats,
  type LoadResult,
  type RequestResult,
  type SecondRow,
  type Withholdable,
} from '../core/load-result.ts';
import { arrivalsOf } from '../core/planned-arrivals.ts';
import type { Ledger } from './ledger.ts';
import type { Recorder } from './recorder.ts';
import type { RunTotal } from './run-total.ts';
import { censoredPercentiles, voidReasons, withheldPercentiles } from './trust.ts';
import { CONTAMINATION_FLOOR_MS } from './turn-watch.ts';

export interface RunFacts {
  readonly plan: ParsedPlan;
  /** Of its requests, each once. */
  readonly names: readonly string[];
  readonly threads: number;
  readonly total: RunTotal;
  readonly seconds: SecondRow[];
}

/**
 * `contaminated`: so many requests of which these are some; how many of these is not known where they are not all, and then each may be
 * among them.
 */
function latencyStats(recorder: Recorder, contaminated: number): LatencyStats {
  const withheld = withheldPercentiles(Math.min(contaminated, recorder.total), recorder.total);
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

/** A request is contaminated when sched_lag + turn > max(1 ms, 5 % of the service p50), which of a name is its own. */
function contaminatedCount(suspects: Recorder | undefined, service: Recorder): number {
  if (suspects === undefined) return 0;
  const allowed = Math.max(CONTAMINATION_FLOOR_MS, 0.05 * (service.quantileMs(0.5) ?? 0));
  return allowed === CONTAMINATION_FLOOR_MS ? suspects.total : suspects.countAboveMs(allowed);
}

function counts({
  ledger,
  sentTotal,
  staleConnections,
}: RunTotal): Pick<
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
  return {
    requests: ledger.requests,
    not_sent: ledger.notSent,
    ok: ledger.ok,
    failed: Object.fromEntries(FAILURE_CLASSES.map((name, i) => [name, ledger.failed[i] ?? 0])) as LoadResult['failed'],
    stale_connections: staleConnections,
    in_flight_at_end: ledger.inFlightAtEnd,
    sent_total: sentTotal,
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

function histograms({ ledger, turns }: RunTotal): LoadResult['histograms'] {
  return {
    latency: encoded(ledger.latency),
    latency_ok: encoded(ledger.latencyOk),
    service: encoded(ledger.service),
    sched_lag: encoded(ledger.schedLag),
    conn_wait: encoded(ledger.connWait),
    turn: encoded(turns),
  };
}

type Load = Pick<LoadResult, 'model' | 'users' | 'connections' | 'rate_rps' | 'arrivals' | 'connections_opened'>;

/** What was offered. Of an open model the rate is that of the window as it was planned. */
function loadOf(plan: ParsedPlan, mostOpen: number): Load {
  const { model } = plan;
  switch (model.kind) {
    case 'users':
      return { model: 'users', users: model.users, connections: model.users };
    case 'connections':
      return { model: 'connections', users: null, connections: model.connections };
    case 'rate':
    case 'stages': {
      const { kind, arrivals, max_connections: connections } = model;
      const planned =
        kind === 'rate' ? model.rate_rps : model.stages.reduce((n, stage) => n + arrivalsOf(stage), 0) / windowS(plan);
      return { model: kind, users: null, connections, rate_rps: planned, arrivals, connections_opened: mostOpen };
    }
    default:
      throw new Error('a capacity search is many runs, not one');
  }
}

function urlOf({ scheme, host, port, workload }: ParsedPlan): string {
  const origin = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const only = workload.length === 1 && workload[0]?.steps.length === 1 ? workload[0].steps[0]?.path : undefined;
  return `${origin}${only ?? '/'}`;
}

function identity(
  plan: ParsedPlan,
  names: readonly string[],
): Pick<LoadResult, 'url' | 'request' | 'driver' | 'warmup_s' | 'timeout_s' | 'seed'> {
  const { driver, warmup_s, timeout_s, seed } = plan;
  const request = names.length === 1 ? (names[0] ?? '') : `${names.length} requests`;
  return { url: urlOf(plan), request, driver, warmup_s, timeout_s, seed };
}

function byRequest({ ledger, suspectsByName }: RunTotal, names: readonly string[]): RequestResult[] | undefined {
  if (ledger.byName.length === 0) return undefined;
  return ledger.byName.map(({ ok, failed, latency, service }, i) => {
    const contaminated = contaminatedCount(suspectsByName.get(i), service);
    return {
      name: names[i] ?? '',
      requests: ok + failed,
      ok,
      failed,
      latency_ms: latencyStats(latency, contaminated),
      service_ms: latencyStats(service, contaminated),
      histograms: { latency: encoded(latency), service: encoded(service) },
    };
  });
}

/** The result of a run whose window has begun. */
export function assembleResult({ plan, names, threads, total, seconds }: RunFacts): LoadResult {
  const { ledger } = total;
  const windowLengthS = total.windowMs / 1000;
  const rate = (count: number): number => (windowLengthS > 0 ? count / windowLengthS : 0);
  const failed = sumOf(ledger.failed);
  const ended = ledger.ok + failed;
  const contaminated = contaminatedCount(total.suspects, ledger.service);
  const withheld = withheldPercentiles(contaminated, ended);
  const longTurnsShare = windowLengthS > 0 ? total.longTurnsMs / 1000 / windowLengthS : 0;
  const { generatorFaults, givenUp, unreached } = total;
  const reasons = voidReasons({ contaminated, requests: ended, longTurnsShare, generatorFaults, givenUp, unreached });
  const requests = byRequest(total, names);
  return {
    ...identity(plan, names),
    ...loadOf(plan, total.mostOpen),
    threads,
    ramp_s: total.rampMs / 1000,
    duration_s: windowLengthS,
    ...counts(total),
    ...bodies(ledger),
    throughput_rps: rate(ledger.okInWindow),
    answered_rps: rate(ledger.answeredInWindow),
    error_rate: ended === 0 ? null : failed / ended,
    latency_ms: latencyStats(ledger.latency, contaminated),
    latency_ok_ms: latencyStats(ledger.latencyOk, contaminated),
    service_ms: latencyStats(ledger.service, contaminated),
    sched_lag_ms: lagStats(ledger.schedLag),
    conn_wait_ms: lagStats(ledger.connWait),
    turn_ms: lagStats(total.turns),
    ...(plan.limit_ms !== undefined && { over_limit: ledger.latency.countAboveMs(plan.limit_ms) }),
    one_second_share: ledger.oneSecond.shares(ledger.latency),
    censored: censoredPercentiles(failed, ended),
    withheld,
    contaminated,
    long_turns_share: longTurnsShare,
    iterations: total.iterations,
    ...(requests !== undefined && { by_request: requests }),
    think_time_mean_s: ledger.thinks === 0 ? null : ledger.thinkMs / ledger.thinks / 1000,
    generator: { busy: total.cost.busy, cpu_s: total.cost.cpuS, gc_ms: total.cost.gcMs, rss_mb: total.rssMb },
    void: reasons.length > 0,
    void_reasons: reasons,
    seconds,
    histograms: histograms(total),
  };
}

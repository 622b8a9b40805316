import type { LoadResult, RequestResult } from '../load-result.ts';
import { mean } from '../stats/arithmetic.ts';
import type { Observation, TrialFailure, TrialResult } from '../trial-result.ts';
import { type InFlight, inFlightOf } from './in-flight.ts';

/** To be raised with every change of what is kept: a summary of another version is made anew from the trial's body. */
export const TRIAL_SUMMARY_VERSION = 2;

const KEPT_OF_TRIAL = [
  'cell',
  'block',
  'run',
  'state',
  'started_at',
  'interface',
  'argv',
  'versions',
  'contract_checks',
  'host',
  'probe_service_ms',
  'floor',
] as const satisfies readonly (keyof TrialResult)[];

const KEPT_OF_LOAD = [
  'request',
  'model',
  'users',
  'connections',
  'rate_rps',
  'arrivals',
  'ramp_s',
  'warmup_s',
  'duration_s',
  'requests',
  'not_sent',
  'ok',
  'failed',
  'sent_total',
  'answered_in_window',
  'body_bytes_mean',
  'body_bytes_mean_thirds',
  'throughput_rps',
  'answered_rps',
  'error_rate',
  'latency_ms',
  'latency_ok_ms',
  'service_ms',
  'sched_lag_ms',
  'turn_ms',
  'one_second_share',
  'censored',
  'withheld',
  'contaminated',
  'long_turns_share',
  'iterations',
  'capacity',
  'think_time_mean_s',
  'generator',
  'void',
  'void_reasons',
] as const satisfies readonly (keyof LoadResult)[];

const KEPT_OF_OBSERVATION = [
  'server_cpu_s',
  'server_rss_peak_mb',
  'processes_busy',
  'steal',
  'foreign_cpu',
  'tcp',
] as const satisfies readonly (keyof Observation)[];

const KEPT_OF_FAILURE = ['step', 'reason', 'says'] as const satisfies readonly (keyof TrialFailure)[];

/** A request name with its counts and times, without histograms. */
export type RequestSummary = Readonly<Omit<RequestResult, 'histograms'>>;

export interface LoadSummary extends Readonly<Pick<LoadResult, (typeof KEPT_OF_LOAD)[number]>> {
  /** One for each request name of a plan that has several. */
  readonly by_request?: readonly RequestSummary[];
  /** Of open models. */
  readonly in_flight?: InFlight | null;
}

export interface ObservationSummary extends Readonly<Pick<Observation, (typeof KEPT_OF_OBSERVATION)[number]>> {
  /** Busy cores in the window, mean over its seconds, among those that neither server nor generator had; null: none seen. */
  readonly busy_elsewhere: number | null;
}

/**
 * What results and the view `requests` need of a trial: its facts without histograms, without
 * what was seen second by second, without output. A few kilobytes of a body that may have megabytes, so that the results of
 * thousands of trials need no body. Of the trial alone: what the rules say of it depends on the spec, and changes with them.
 */
export interface TrialSummary extends Readonly<Pick<TrialResult, (typeof KEPT_OF_TRIAL)[number]>> {
  readonly failure: Readonly<Pick<TrialFailure, (typeof KEPT_OF_FAILURE)[number]>> | null;
  readonly timing: Readonly<Pick<TrialResult['timing'], 'ready_ms'>>;
  readonly load: LoadSummary | null;
  readonly observation: ObservationSummary | null;
  /** How many rows the views `requests` and `seconds` have of it. */
  readonly rows: { readonly requests: number; readonly seconds: number };
}

/** Pure. The same whether it is taken from the result or comes back from JSON. */
export function trialSummary(result: TrialResult): TrialSummary {
  const { load, observation, failure, timing } = result;
  return {
    // First, so that they can be counted without reading the rest (db/trial-summaries.ts).
    rows: { requests: load === null ? 0 : requestRowsOf(load), seconds: load?.seconds.length ?? 0 },
    ...pick(result, KEPT_OF_TRIAL),
    failure: failure === null ? null : pick(failure, KEPT_OF_FAILURE),
    timing: { ready_ms: timing.ready_ms },
    load: load === null ? null : loadSummary(load),
    observation:
      observation === null
        ? null
        : { ...pick(observation, KEPT_OF_OBSERVATION), busy_elsewhere: busyElsewhere(result, observation) },
  };
}

/** Of what one run of the engine measured. */
export function loadSummary(load: LoadResult): LoadSummary {
  const { by_request = [] } = load;
  return {
    ...pick(load, KEPT_OF_LOAD),
    ...(by_request.length > 0 && { by_request: by_request.map(requestSummary) }),
    ...(load.rate_rps !== undefined && { in_flight: inFlightOf(load) }),
  };
}

function requestSummary({ name, requests, ok, failed, latency_ms, service_ms }: RequestResult): RequestSummary {
  return { name, requests, ok, failed, latency_ms, service_ms };
}

/** Rows of the view `requests`: one for each request name, one for a plan of one request. */
function requestRowsOf({ by_request = [] }: LoadResult): number {
  return Math.max(1, by_request.length);
}

/** What is not there in the result is not there in the summary either, as JSON has it. */
function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  const there = keys.filter((key) => from[key] !== undefined);
  return Object.fromEntries(there.map((key) => [key, from[key]])) as Pick<T, K>;
}

function busyElsewhere({ load, host }: TrialResult, { seconds }: Observation): number | null {
  if (load === null) return null;
  const measured = new Set([...(host?.server_cpus ?? []), ...(host?.generator_cpus ?? [])]);
  const from = load.ramp_s + load.warmup_s;
  const window = seconds.filter(({ t_s }) => t_s >= from && t_s < from + load.duration_s);
  return mean(
    window.map(({ cores_busy }) => cores_busy.reduce((sum, busy, cpu) => (measured.has(cpu) ? sum : sum + busy), 0)),
  );
}

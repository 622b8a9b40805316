import { foreignText } from '../core/foreign-text.ts';
import type { HostConditions } from '../core/host.ts';
import type { LoadResult } from '../core/load-result.ts';
import {
  MAX_SAYS_LENGTH,
  type Observation,
  type TrialFailure,
  type TrialResult,
  type Versions,
} from '../core/trial-result.ts';
import type { ServerProcess } from './process.ts';
import type { TrialFault } from './trial-fault.ts';

/** What of a trial is known before it begins. */
export interface TrialKeyFacts {
  readonly trialId: string;
  readonly cell: string;
  readonly block: number;
  readonly run: number;
  readonly interface: string | null;
  readonly versions: Versions | null;
  readonly host: HostConditions | null;
  readonly probe_service_ms: number | null;
  readonly floor: TrialResult['floor'];
}

/** Collects what becomes known of a trial, step by step, in the fields that a failed one has too. */
export class TrialRecord {
  readonly #began = performance.now();
  #result: TrialResult;

  constructor(facts: TrialKeyFacts) {
    this.#result = {
      ...emptyResult(facts),
      state: 'ok',
      started_at: new Date().toISOString(),
    };
  }

  started(argv: readonly string[]): void {
    this.#result.argv = [...argv];
  }

  ready(ms: number): void {
    this.#result.timing.ready_ms = ms;
  }

  contract(checks: number, ms: number): void {
    this.#result.contract_checks = checks;
    this.#result.timing.contract_ms = ms;
  }

  load(load: LoadResult): void {
    this.#result.load = load;
  }

  observed(observation: Observation | null): void {
    this.#result.observation = observation;
  }

  stopped(ms: number): void {
    this.#result.timing.stop_ms = ms;
  }

  /** The first failure stays: what follows from it says less. */
  fail(fault: TrialFault, server: ServerProcess | null): void {
    if (this.#result.failure !== null) return;
    this.#result.state = 'error';
    this.#result.failure = failureOf(fault, server);
  }

  result(): TrialResult {
    const { load, timing } = this.#result;
    const elapsed_s = (performance.now() - this.#began) / 1000;
    // Counted without what the spec asked for; null where that was cut short.
    // A capacity search has more steps than the one that its result is of.
    const asked_s = load === null || load.capacity !== undefined ? null : load.ramp_s + load.warmup_s + load.duration_s;
    const overhead_s = asked_s === null || this.#result.state !== 'ok' ? null : elapsed_s - asked_s;
    return { ...this.#result, ended_at: new Date().toISOString(), timing: { ...timing, overhead_s } };
  }
}

/** A trial that was not run, with the failure that says why. */
export function skippedResult(facts: TrialKeyFacts, failure: TrialFailure): TrialResult {
  return { ...emptyResult(facts), state: 'skipped', failure };
}

/** A trial that failed before it had a server. */
export function failedResult(facts: TrialKeyFacts, fault: TrialFault): TrialResult {
  const now = new Date().toISOString();
  return { ...emptyResult(facts), state: 'error', started_at: now, ended_at: now, failure: failureOf(fault, null) };
}

function emptyResult(facts: TrialKeyFacts): TrialResult {
  return {
    schema_version: 1,
    cell: facts.cell,
    block: facts.block,
    run: facts.run,
    state: 'skipped',
    started_at: null,
    ended_at: null,
    failure: null,
    interface: facts.interface,
    argv: [],
    versions: facts.versions,
    timing: { ready_ms: null, contract_ms: null, stop_ms: null, overhead_s: null },
    contract_checks: null,
    load: null,
    observation: null,
    host: facts.host,
    probe_service_ms: facts.probe_service_ms,
    floor: facts.floor,
  };
}

function failureOf(fault: TrialFault, server: ServerProcess | null): TrialFailure {
  const exit = server?.exit() ?? null;
  return {
    step: fault.step,
    reason: fault.reason,
    says: foreignText(fault.message, MAX_SAYS_LENGTH),
    output: fault.output ?? server?.output() ?? null,
    exit_code: exit?.code ?? null,
    signal: exit?.signal ?? null,
  };
}

import type { Cell } from '../matrix.ts';
import type { Bottleneck } from '../results.ts';
import { meanThinkTimeS } from '../spec.ts';
import { mean } from '../stats/arithmetic.ts';
import { type BottleneckFacts, bottleneckOf, serverBusy } from '../validity/bottleneck.ts';
import type { MeasuredTrial } from '../validity/facts.ts';
import { mostlyOverloaded } from '../validity/overloaded.ts';
import { offeredRps, requestsPerIteration } from '../validity/per-request.ts';

/** The bottleneck label of trials of one cell, from their means; null for none. `lowerRps`: see BottleneckFacts. */
export function labelTrials(cell: Cell, trials: readonly MeasuredTrial[], lowerRps: number | null): Bottleneck | null {
  const answered = mean(trials.map(({ load }) => load.answered_rps));
  const generator = mean(trials.map(({ load }) => load.generator.busy));
  if (answered === null || generator === null) return null;
  return bottleneckOf({
    generator_busy: generator,
    answered_rps: answered,
    users: usersOf(cell, trials),
    offered_rps: offeredOf(cell, trials),
    probe_service_ms: mean(trials.flatMap(({ result }) => result.probe_service_ms ?? [])),
    server_busy: mean(trials.flatMap((trial) => busyOf(trial) ?? [])),
    lower_rps: lowerRps,
  });
}

/** Null too where requests wait the longer the later they arrive: 0.97 of what arrived is much, and yet all that could be served. */
function offeredOf({ load }: Cell, trials: readonly MeasuredTrial[]): number | null {
  if (load.model !== 'open' || mostlyOverloaded(trials)) return null;
  return mean(trials.flatMap((trial) => offeredRps(trial.load) ?? []));
}

/** Think times as drawn; as declared where the engine drew none in the window. Of an iteration's, the part of one request. */
function usersOf({ load }: Cell, trials: readonly MeasuredTrial[]): BottleneckFacts['users'] {
  if (load.kind !== 'users') return null;
  const drawn = mean(trials.flatMap((trial) => trial.load.think_time_mean_s ?? []));
  const latency_mean_ms = mean(trials.flatMap((trial) => trial.load.latency_ms.mean ?? []));
  const requests = mean(trials.map((trial) => requestsPerIteration(trial.load))) ?? 1;
  const think_s = drawn ?? meanThinkTimeS(load.think_time);
  return { n: load.users, think_time_mean_s: think_s / requests, latency_mean_ms };
}

function busyOf({ cell, result: { observation, host } }: MeasuredTrial): number | null {
  if (observation === null) return null;
  return serverBusy(observation.processes_busy, cell.workers, host?.server_cpus.length ?? 0);
}

import type { Finding } from '../finding.ts';
import { accounting } from './accounting.ts';
import { belowFloor } from './below-floor.ts';
import { generatorBound } from './bottleneck.ts';
import { capacitySearch } from './capacity-search.ts';
import { censored } from './censored.ts';
import { closedLoop } from './closed-loop.ts';
import { coLocated } from './co-located.ts';
import { contractMismatch } from './contract-mismatch.ts';
import { cpusetOverlap } from './cpuset-overlap.ts';
import { type CellFacts, measured, type MeasuredTrial, type TrialFacts } from './facts.ts';
import { failuresChangePopulation } from './failures-change-population.ts';
import { generatorLag } from './generator-lag.ts';
import { kernelQueue } from './kernel-queue.ts';
import { noisyHost } from './noisy-host.ts';
import { oneEvent } from './one-event.ts';
import { overloaded } from './overloaded.ts';
import { payloadDrift } from './payload-drift.ts';
import { protocolDeviation, repetitionsDeviation } from './protocol-deviation.ts';
import { fewRepetitions } from './repetitions.ts';
import { smtShared } from './smt-shared.ts';
import { tooFewSamples } from './too-few-samples.ts';
import { unusableTrials } from './unusable-trials.ts';
import { workerImbalance } from './worker-imbalance.ts';
import { workloadMix } from './workload-mix.ts';
import { workersExceedCores } from './workers-exceed-cores.ts';

const MEASURED_RULES: readonly ((facts: MeasuredTrial) => Finding[])[] = [
  accounting,
  generatorLag,
  generatorBound,
  payloadDrift,
  belowFloor,
  noisyHost,
  workerImbalance,
  kernelQueue,
  oneEvent,
  protocolDeviation,
  overloaded,
  capacitySearch,
  workloadMix,
];

const CELL_RULES: readonly ((facts: CellFacts) => Finding[])[] = [
  unusableTrials,
  failuresChangePopulation,
  cpusetOverlap,
  smtShared,
  repetitionsDeviation,
  workersExceedCores,
  coLocated,
  fewRepetitions,
  tooFewSamples,
  censored,
  closedLoop,
];

/** All that the rules say about one trial by itself. */
export function trialFindings(facts: TrialFacts): Finding[] {
  const run = measured(facts);
  return [...contractMismatch(facts), ...(run === null ? [] : MEASURED_RULES.flatMap((rule) => rule(run)))];
}

/** All that the rules say about one cell by itself, its trials' findings left out. */
export function cellFindings(facts: CellFacts): Finding[] {
  return CELL_RULES.flatMap((rule) => rule(facts));
}

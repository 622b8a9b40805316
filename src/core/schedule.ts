import { searchS } from './capacity-estimate.ts';
import { FLOOR_S, PROBE_S, TRIAL_OVERHEAD_S } from './limits.ts';
import { type Cell, expandMatrix, rampS, windowOfLevelS } from './matrix.ts';
import { seededRandom, shuffled } from './random.ts';
import type { Spec } from './spec.ts';

/** One repetition: each cell once, in a seeded random order. */
export interface Block {
  /** From 1. */
  readonly block: number;
  readonly cells: readonly string[];
}

/** The order of an experiment. It is part of the result: the same spec and seed give the same order. */
export function makeSchedule(cells: readonly Pick<Cell, 'cell'>[], repetitions: number, seed: number): Block[] {
  const slugs = cells.map((cell) => cell.cell);
  return Array.from({ length: repetitions }, (_, i) => ({
    block: i + 1,
    cells: shuffled(slugs, seededRandom(seed, 'order', String(i + 1))),
  }));
}

export interface MatrixSize {
  readonly cells: number;
  readonly trials: number;
  /** Expected seconds of the whole experiment on a host where everything is provisioned. */
  readonly estimated_s: number;
}

export function matrixSize(
  spec: Pick<Spec, 'deployments' | 'workers' | 'load' | 'workload' | 'repetitions' | 'warmup_s' | 'window_s'>,
): MatrixSize {
  const cells = expandMatrix(spec);
  const perBlock = cells.reduce((sum, cell) => sum + trialS(cell, spec) + TRIAL_OVERHEAD_S, 0);
  const probes = spec.deployments.length * spec.workers.length * (PROBE_S + TRIAL_OVERHEAD_S);
  const levels = new Set(cells.map((cell) => JSON.stringify(cell.load))).size;
  return {
    cells: cells.length,
    trials: cells.length * spec.repetitions,
    estimated_s: Math.ceil(perBlock * spec.repetitions + probes + levels * FLOOR_S),
  };
}

/** Seconds that a trial is under load. */
function trialS({ load }: Cell, { warmup_s, window_s }: Pick<Spec, 'warmup_s' | 'window_s'>): number {
  if (load.kind === 'capacity') return searchS(load, warmup_s, window_s);
  return rampS(load) + warmup_s + windowOfLevelS(load, window_s);
}

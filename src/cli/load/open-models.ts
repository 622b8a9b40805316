import { DEFAULT_CAPACITY_ERROR_RATE, DEFAULT_START_RPS, MAX_RATE_RPS, MIN_START_RPS } from '../../core/limits.ts';
import type { ModelOf } from '../../core/load-plan.ts';
import { readErrorLimit, readLatencyLimit } from './latency-limit.ts';
import type { LoadOptions } from './load-options.ts';
import { readPool } from './open-pool.ts';
import type { Reading } from './reading.ts';
import { readStages } from './stages-text.ts';

export function rateModel(options: LoadOptions, reading: Reading): ModelOf<'rate'> {
  return { kind: 'rate', rate_rps: reading.rate('--rate', options.rate ?? ''), ...readPool(options, reading) };
}

export function stagesModel(options: LoadOptions, reading: Reading): ModelOf<'stages'> {
  return { kind: 'stages', stages: readStages(options.stages ?? '', reading), ...readPool(options, reading) };
}

export function capacityModel(options: LoadOptions, reading: Reading): ModelOf<'capacity'> {
  const { latencyLimit = '', errorLimit, startRate } = options;
  const limit = readLatencyLimit(latencyLimit, reading);
  return {
    kind: 'capacity',
    limit: { ...limit, error_rate: readErrorLimit(errorLimit ?? String(DEFAULT_CAPACITY_ERROR_RATE), reading) },
    start_rps: reading.number(
      '--start-rate',
      startRate ?? String(DEFAULT_START_RPS),
      MIN_START_RPS,
      MAX_RATE_RPS,
      false,
    ),
    ...readPool(options, reading),
  };
}

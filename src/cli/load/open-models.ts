import type { ModelOf } from '../../core/load-plan.ts';
import { readErrorLimit, readLatencyLimit } from './latency-limit.ts';
import type { LoadOptions } from './load-options.ts';
import { readPool } from './open-pool.ts';
import type { Reading } from './reading.ts';
import { readStages } from './stages-text.ts';

/** Slow servers pass it, and fast ones are reached by doubling a few times. */
const DEFAULT_START_RPS = '50';
/** What a service level of three nines allows. */
const DEFAULT_ERROR_LIMIT = '0.001';

export function rateModel(options: LoadOptions, reading: Reading): ModelOf<'rate'> {
  return { kind: 'rate', rate_rps: reading.rate('--rate', options.rate ?? ''), ...readPool(options, reading) };
}

export function stagesModel(options: LoadOptions, reading: Reading): ModelOf<'stages'> {
  return { kind: 'stages', stages: readStages(options.stages ?? '', reading), ...readPool(options, reading) };
}

export function capacityModel(options: LoadOptions, reading: Reading): ModelOf<'capacity'> {
  const { latencyLimit = '', errorLimit = DEFAULT_ERROR_LIMIT, startRate = DEFAULT_START_RPS } = options;
  const limit = readLatencyLimit(latencyLimit, reading);
  return {
    kind: 'capacity',
    limit: { ...limit, error_rate: readErrorLimit(errorLimit, reading) },
    start_rps: reading.rate('--start-rate', startRate),
    ...readPool(options, reading),
  };
}

import { MAX_REHEARSAL_S, REHEARSAL_S } from '../../core/limits.ts';
import type { LoadOptions } from './load-options.ts';
import type { Reading } from './reading.ts';

/** An hour: longer runs are experiments, with repetitions. */
const MAX_DURATION_S = 3600;
/** Ten minutes: who waits longer for an answer does not wait for it. */
const MAX_TIMEOUT_S = 600;

interface Durations {
  readonly warmup_s: number;
  readonly window_s: number;
  readonly timeout_s: number;
  readonly rehearsal_s: number;
}

export function readDurations(options: LoadOptions, reading: Reading): Durations {
  const { duration = '10', warmup = '1', timeout = '10', rehearsal = String(REHEARSAL_S) } = options;
  return {
    window_s: reading.seconds('--duration', duration, 0.1, MAX_DURATION_S),
    warmup_s: reading.seconds('--warmup', warmup, 0, MAX_DURATION_S),
    timeout_s: reading.seconds('--timeout', timeout, 0.001, MAX_TIMEOUT_S),
    rehearsal_s: reading.seconds('--rehearsal', rehearsal, 0, MAX_REHEARSAL_S),
  };
}

import { shown } from './spec-problems.ts';

/** What a capacity limit may be: one rule for specs and for command lines. */

/** Why a share of errors is above 0. */
export const WHY_SOME_ERRORS =
  'however many requests went well, the next one may fail, so no rate could be shown to keep it';

/** What is wrong with a latency limit beside the timeout; `timeout`: what the caller calls that. Null: nothing. */
export function beyondTimeout(latency_ms: number, timeout_s: number, timeout: string): string | null {
  const timeout_ms = timeout_s * 1000;
  if (latency_ms < timeout_ms) return null;
  return `expected less than ${timeout}, ${timeout_ms} ms, got ${shown(latency_ms)}: no request takes longer, so the limit would never be seen`;
}

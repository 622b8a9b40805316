import { WHY_SOME_ERRORS } from '../../core/capacity-limit.ts';
import type { CapacityLimit } from '../../core/load-plan.ts';
import type { Reading } from './reading.ts';

const LIMIT = /^p(\d{1,2}(?:\.\d{1,3})?)\s*<\s*(\d+(?:\.\d+)?)\s*(us|ms|s)$/;
const SHARE = /^(\d+(?:\.\d+)?)\s*(%?)$/;

/** Powers of ten that make milliseconds of a unit. */
const TO_MS: Readonly<Record<string, number>> = { us: -3, ms: 0, s: 3 };

/** Shifts the decimal point in the text: 99.9 / 100 is not 0.999. */
function shifted(digits: string, power: number): number {
  return Number(`${digits}e${power}`);
}

/** `p95<50ms`, `p99.9 < 0.2s`. */
export function readLatencyLimit(text: string, reading: Reading): Pick<CapacityLimit, 'quantile' | 'latency_ms'> {
  const [, percent = '', time = '', unit = ''] = LIMIT.exec(text.trim()) ?? [];
  const limit = { quantile: shifted(percent || '0', -2), latency_ms: shifted(time || '0', TO_MS[unit] ?? 0) };
  if (limit.quantile > 0 && limit.latency_ms > 0) return limit;
  reading.wrong('--latency-limit', `expected a percentile and a time like p95<50ms or p99.9<0.2s, got "${text}"`);
  return { quantile: 0.5, latency_ms: 1 };
}

/** `0.001` and `0.1%`. */
export function readErrorLimit(text: string, reading: Reading): number {
  const [, digits = '', percent] = SHARE.exec(text.trim()) ?? [];
  const share = digits === '' ? Number.NaN : shifted(digits, percent === '%' ? -2 : 0);
  if (share > 0 && share < 1) return share;
  const why = share === 0 ? `: ${WHY_SOME_ERRORS}` : '';
  reading.wrong('--error-limit', `expected a share above 0 and below 1, like 0.001 or 0.1%, got "${text}"${why}`);
  return 0.5;
}

import { z } from 'zod';
import { METRICS } from '../metric.ts';

/** Of an experiment; `none`: it has no thresholds, or has not ended. Apart from its status: a gate that fails is no failed run. */
export const GATE_VERDICTS = ['passed', 'failed', 'inconclusive', 'none'] as const;
export type GateVerdict = (typeof GATE_VERDICTS)[number];

const nullable = z.number().nullable();

/** One expectation or regression in one cell. */
export const checkSchema = z
  .object({
    /** Of the head, where there are two sides. */
    cell: z.string(),
    cell_base: z.string().nullable(),
    metric: z.enum(METRICS),
    /** For people: `latency_p95_ms < 800`, or `throughput_rps worse by 3 % at most`. */
    expected: z.string(),
    /** The cell's value with its interval (S1, error rates S7); of a regression the ratio head to base, > 1 is better (S4). */
    value: nullable,
    lo: nullable,
    hi: nullable,
    verdict: z.enum(['passed', 'failed', 'inconclusive']),
    /** Of a regression: how it was compared, and the one-sided p of "worse by more than the margin" after Holm. */
    method: z.enum(['paired', 'welch', 'sessions']).nullable(),
    p_holm: nullable,
    /**
     * The smallest relative difference that would have been seen: from the base, of every regression that was tested; beyond the limit,
     * of an expectation that is inconclusive.
     */
    mde: nullable,
    /**
     * Why it is inconclusive: one of INCONCLUSIVE_REASONS, or what withholds the cell's value. Of a latency that has failed `overloaded`:
     * value, lo and hi are then bounds, of the latency from below, of the ratio from above. Null otherwise.
     */
    reason: z.string().nullable(),
  })
  .meta({ id: 'ThresholdCheck' });
export type ThresholdCheck = z.output<typeof checkSchema>;

export const INCONCLUSIVE_REASONS = [
  /** The interval holds both sides of the expectation. */
  'interval-spans',
  /** A difference is seen, and does not survive the correction for how many were looked for. */
  'holm',
  /** Cell or cells may not be used (validity). */
  'invalid-cell',
  /** None of a cell's trials came to be measured: its code could not be built, or not be started. */
  'not-run',
  'load-limited',
  'no-such-cell',
  'too-few',
  /** The series has no baseline, or it was measured on another host. */
  'no-baseline',
  'other-host',
  /** One session each, and no history that says how much sessions differ. */
  'one-session-each',
] as const;

export const thresholdResultSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['expect', 'regression']),
    verdict: z.enum(['passed', 'failed', 'inconclusive']),
    checks: z.array(checkSchema),
  })
  .meta({ id: 'ThresholdResult' });
export type ThresholdResult = z.output<typeof thresholdResultSchema>;

/** Failed if any failed; else inconclusive if any is; passed if all have; none of none. */
export function gateVerdict(thresholds: readonly Pick<ThresholdResult, 'verdict'>[]): GateVerdict {
  const verdicts = thresholds.map(({ verdict }) => verdict);
  if (verdicts.length === 0) return 'none';
  if (verdicts.includes('failed')) return 'failed';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'passed';
}

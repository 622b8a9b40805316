import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { resultsSchema } from '../../../src/core/results.ts';
import { summarise as summariseFacts } from '../../../src/core/summary/summarise.ts';
import type { TrialResult } from '../../../src/core/trial-result.ts';
import { CAPACITY, factsOf, makeExperiment, summarise, USERS } from '../../fixtures/experiment-facts.ts';
import { makeFailedTrial } from '../../fixtures/trial-result.ts';

/** What may befall a trial. */
const FATES: Readonly<Record<string, (result: TrialResult) => TrialResult | null>> = {
  good: (result) => result,
  missing: () => null,
  void: (result) => ({ ...result, load: { ...result.load!, void: true, void_reasons: [] } }),
  withheld: (result) => ({ ...result, load: { ...result.load!, withheld: ['p95', 'p99', 'p999', 'max'] } }),
  silent: (result) => ({ ...result, load: silent(result) }),
  unobserved: (result) => ({ ...result, observation: null, host: null, floor: null, probe_service_ms: null }),
  broken: (result) => ({ ...result, load: allFailed(result) }),
};

/** A window in which no request was planned. */
function silent(result: TrialResult): TrialResult['load'] {
  const none = { mean: null, p50: null, p90: null, p95: null, p99: null, p999: null, max: null };
  const zero = {
    requests: 0,
    ok: 0,
    ok_in_window: 0,
    answered_in_window: 0,
    throughput_rps: 0,
    answered_rps: 0,
    bytes: 0,
  };
  return { ...result.load!, ...zero, error_rate: null, latency_ms: none, latency_ok_ms: none, service_ms: none };
}

function allFailed({ load }: TrialResult): TrialResult['load'] {
  const failed = { ...load!.failed, timeout: load!.requests };
  return {
    ...load!,
    ok: 0,
    failed,
    ok_in_window: 0,
    answered_in_window: 0,
    throughput_rps: 0,
    answered_rps: 0,
    error_rate: 1,
    censored: ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'],
  };
}

test('whatever befalls its trials, an experiment has results of the shape and a short answer without holes', () => {
  const fate = fc.constantFrom(...Object.keys(FATES), 'good', 'good', 'failed');
  fc.assert(
    fc.property(
      fc.array(fate, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom('running', 'succeeded', 'canceled', 'failed' as const),
      (fates, repetitions, status) => {
        let next = 0;
        const facts = makeExperiment({
          spec: {
            repetitions,
            load: [
              { ...USERS, users: [10, 50] },
              { ...CAPACITY, connections: [16, 64] },
            ],
          },
          change: (result, cell) => {
            const chosen = fates[next % fates.length]!;
            next += 1;
            return chosen === 'failed' ? makeFailedTrial({ cell, block: result.block }) : FATES[chosen]!(result);
          },
          status: { status: status as 'running' },
          over: { partial: status === 'running' },
        });
        const results = summarise(facts);
        // What JSON cannot carry (NaN, infinities) would come back as null.
        expect(JSON.parse(JSON.stringify(results))).toEqual(resultsSchema.parse(results));
        // Summaries go through the database as text: the same results, byte for byte, come from what was stored.
        const stored = JSON.parse(JSON.stringify(factsOf(facts))) as ReturnType<typeof factsOf>;
        expect(JSON.stringify(summariseFacts(stored))).toBe(JSON.stringify(results));
        expect(results.answer.length).toBeGreaterThan(0);
        expect(results.answer.length).toBeLessThanOrEqual(8);
        for (const sentence of results.answer) {
          expect(sentence).toMatch(/^[A-Z].*\.$/);
          expect(sentence).not.toMatch(/NaN|Infinity|undefined|null|\(\)| {2}/);
        }
        for (const c of results.comparisons)
          expect(c.verdict === 'not-testable').toBe(c.ratio === null && c.reason !== null);
      },
    ),
    { numRuns: 60 },
  );
});

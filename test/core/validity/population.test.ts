import { describe, expect, test } from 'vitest';
import { censored } from '../../../src/core/validity/censored.ts';
import { closedLoop } from '../../../src/core/validity/closed-loop.ts';
import { failuresChangePopulation } from '../../../src/core/validity/failures-change-population.ts';
import { fewRepetitions } from '../../../src/core/validity/repetitions.ts';
import { tooFewSamples } from '../../../src/core/validity/too-few-samples.ts';
import { connectionsCell, makeCell, makeTrial, repeated, usersCell } from '../../fixtures/cell-facts.ts';

const cell = connectionsCell();
const failing = (error_rate: number) =>
  makeCell([1, 2, 3].map((block) => makeTrial({ cell, block, median_ms: 20, error_rate })));

describe('failures-change-population', () => {
  test('an error rate whose lower bound is over 1 % is suspect', () => {
    const [finding] = failuresChangePopulation(failing(0.02));
    expect(finding).toMatchObject({ severity: 'SUSPECT', trial: null });
    expect(finding?.evidence['lo']).toBeGreaterThan(0.01);
  });

  test('an error rate of which 1 % cannot be excluded is not, nor is none', () => {
    expect(failuresChangePopulation(failing(0.01))).toEqual([]);
    expect(failuresChangePopulation(failing(0))).toEqual([]);
  });
});

test('fewer than five usable trials are a note; one has no interval', () => {
  const rules = (n: number) => fewRepetitions(makeCell(repeated(cell, n))).map((f) => f.rule);
  expect([0, 1, 2, 4, 5].map(rules)).toEqual([[], ['no-interval'], ['weak-repetitions'], ['weak-repetitions'], []]);
});

test('a trial with 33 requests hides p90, p95 and p99, one with more than 1,000 hides none', () => {
  const [finding] = tooFewSamples(makeCell(repeated(usersCell(10), 3)));
  expect(finding).toMatchObject({
    rule: 'too-few-samples',
    severity: 'NOTE',
    evidence: { fewest: 33, hidden: 'p90,p95,p99' },
  });
  expect(tooFewSamples(makeCell([makeTrial({ cell, median_ms: 20 })]))).toEqual([]);
});

test('percentiles that failures reach are a note, without failures there is none', () => {
  const [finding] = censored(makeCell(repeated(cell, 2, { load: { censored: ['mean', 'p99', 'max'] } })));
  expect(finding?.says).toBe(
    'Failed requests count with at least the timeout, so mean, p99 and max are lower bounds (≥).',
  );
  expect(censored(makeCell(repeated(cell, 2)))).toEqual([]);
});

test('a measured closed cell says that its latency answers no service-level question', () => {
  expect(closedLoop(makeCell(repeated(cell, 1)))).toMatchObject([{ rule: 'closed-loop', severity: 'NOTE' }]);
  expect(closedLoop(makeCell([]))).toEqual([]);
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COMPARISON_SIGNS,
  type Expectation,
  expectationText,
  parseExpectation,
} from '../../../src/core/gate/expectation.ts';
import { METRICS } from '../../../src/core/metric.ts';

function problemsOf(text: string): readonly string[] {
  const parsed = parseExpectation(text);
  return parsed.ok ? [] : parsed.problems;
}

describe('an expectation', () => {
  it('is a metric, a comparison and a number, with spaces or without', () => {
    const expectation = { metric: 'latency_p95_ms', sign: '<', limit: 800 };
    for (const text of [
      'latency_p95_ms < 800',
      'latency_p95_ms<800',
      '  latency_p95_ms  <  800.0 ',
      'latency_p95_ms < 8e2',
    ])
      expect(parseExpectation(text), text).toEqual({ ok: true, expectation });
    expect(parseExpectation('error_rate == 0')).toEqual({
      ok: true,
      expectation: { metric: 'error_rate', sign: '==', limit: 0 },
    });
  });

  it('reads every metric with every comparison back from its own text', () => {
    const expectation: fc.Arbitrary<Expectation> = fc.record({
      metric: fc.constantFrom(...METRICS),
      sign: fc.constantFrom(...COMPARISON_SIGNS),
      // Every error rate lies between 0 and 1.
      limit: fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1, noNaN: true })),
    });
    fc.assert(
      fc.property(expectation, (e) => {
        expect(parseExpectation(expectationText(e))).toEqual({ ok: true, expectation: e });
      }),
    );
  });

  it.each([
    ['latency_p95 < 800', ['unknown metric "latency_p95"', 'did you mean `latency_p95_ms`?']],
    ['throughput > 100', ['unknown metric "throughput"; known: throughput_rps, ']],
    ['latency_p95_ms = 800', ['expected one of < <= > >= ==', 'got "="', 'did you mean `==`?']],
    ['latency_p95_ms ≤ 800', ['got "≤"; did you mean `<=`?']],
    ['latency_p95_ms 800', ['after the metric, got nothing']],
    ['latency_p95_ms < 800ms', ['expected a number ≥ 0 after the comparison, got "800ms"']],
    ['latency_p95_ms < -1', ['expected a number ≥ 0', 'got "-1"']],
    ['latency_p95_ms < 1e999', ['expected a number ≥ 0', 'got "1e999"']],
    ['error_rate < 5', ['error_rate is a share between 0 and 1, so it is never 5; 1 % is 0.01']],
  ])('says what is wrong with %s', (text, parts) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    for (const part of parts) expect(problems[0]).toContain(part);
  });

  it('names every part that is wrong at once', () => {
    expect(problemsOf('latency <> many')).toHaveLength(3);
    expect(problemsOf('')).toHaveLength(3);
  });

  it('answers whatever text there is, and never with a limit that is no number', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100, unit: 'grapheme' }), (text) => {
        const parsed = parseExpectation(text);
        if (parsed.ok) expect(Number.isFinite(parsed.expectation.limit)).toBe(true);
        else expect(parsed.problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { allowedIn, limitIn, regressionText } from '../../../src/core/gate/expected-text.ts';

it('A regression says what was declared, not what that rounds to', () => {
  const text = (worse_by: number) => regressionText({ metric: 'throughput_rps', worse_by });
  expect(text(0.03)).toBe('throughput_rps worse by 3 % at most');
  expect(text(0.125)).toBe('throughput_rps worse by 12.5 % at most');
});

it('What was declared is read back from what was said', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 10, noNaN: true }), (worse_by) => {
      const expected = regressionText({ metric: 'latency_p95_ms', worse_by });
      expect(allowedIn({ expected })! / worse_by).toBeCloseTo(1, 10);
      expect(limitIn({ expected })! * (1 + worse_by)).toBeCloseTo(1, 10);
    }),
  );
  expect(limitIn({ expected: 'latency_p95_ms < 800' })).toBe(800);
  expect(allowedIn({ expected: 'latency_p95_ms < 800' })).toBeNull();
  expect(limitIn({ expected: 'something else' })).toBeNull();
});

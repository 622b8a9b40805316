import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivalsOf, noArrivals, noArrivalsAt } from '../../src/core/planned-arrivals.ts';
import { StageArrivals } from '../../src/load/arrivals.ts';

test('what is planned by this count is what the engine plans', () => {
  const rate = fc.double({ min: 0, max: 300, noNaN: true });
  const stage = fc.record({ from_rps: rate, to_rps: rate, for_s: fc.double({ min: 0.01, max: 3, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(stage, { minLength: 1, maxLength: 4 }), (stages) => {
      const options = { stages, arrivals: 'constant', seed: 1, label: 'window', thread: 0, threads: 1 } as const;
      const planned = stages.reduce((sum, each) => sum + arrivalsOf(each), 0);
      expect(new StageArrivals(options).total).toBe(planned);
      expect(noArrivals(stages) === null).toBe(planned > 0);
    }),
  );
});

test('a rate and a window come to a request from half of one on', () => {
  expect(noArrivalsAt(0.049, 10)).toContain('0.049 requests/s through a window of 10 s plan no request');
  expect(noArrivalsAt(0.05, 10)).toBeNull();
});

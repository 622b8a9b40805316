import { expect, it } from 'vitest';
import { MAX_OUTPUT_BYTES_PER_S, OutputRate } from '../../src/runner/output-rate.ts';

it('what a server writes in one second is bounded, what it writes in all is not', () => {
  let now = 0;
  const rate = new OutputRate(() => now);
  for (now = 0; now < 60_000; now += 100) expect(rate.isTooMuch(MAX_OUTPUT_BYTES_PER_S / 10)).toBe(false);
  expect(rate.isTooMuch(MAX_OUTPUT_BYTES_PER_S)).toBe(false);
  expect(rate.isTooMuch(1)).toBe(true);
});

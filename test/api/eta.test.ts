import { describe, expect, it } from 'vitest';
import { etaS } from '../../src/api/eta.ts';

const base = { estimated_s: 100, elapsed_s: 0, trials_done: 0, trials_planned: 10 };

describe('eta_s', () => {
  it('is what is left of the estimate before the first trial', () => {
    expect(etaS(base)).toBe(100);
    expect(etaS({ ...base, elapsed_s: 30 })).toBe(70);
  });

  it('is the share of trials that are left', () => {
    expect(etaS({ ...base, elapsed_s: 40, trials_done: 4 })).toBe(60);
  });

  it('is stretched when trials take longer than estimated', () => {
    // 4 of 10 took 80 s instead of 40: the other 6 take 120.
    expect(etaS({ ...base, elapsed_s: 80, trials_done: 4 })).toBe(120);
  });

  it('does not shrink when trials were quick, for failed ones are', () => {
    expect(etaS({ ...base, elapsed_s: 4, trials_done: 4 })).toBe(60);
  });

  it('is never below 0', () => {
    expect(etaS({ ...base, elapsed_s: 500 })).toBe(0);
    expect(etaS({ ...base, elapsed_s: 500, trials_done: 10 })).toBe(0);
    expect(etaS({ ...base, trials_done: 12 })).toBe(0);
    expect(etaS({ ...base, trials_planned: 0 })).toBe(0);
  });
});

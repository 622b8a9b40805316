import { describe, expect, it } from 'vitest';
import { PLAN } from './fixture.ts';
import { KINDS } from './kinds.ts';
import { designOf, iterationsOf, kindOfRun, seedOfRun } from './plan.ts';

const order = (seed: number) => Array.from({ length: 60 }, (_, index) => kindOfRun(index, seed).kind);

describe('the order of the runs', () => {
  it('has each kind once in every three, so that wherever it ends all are as many', () => {
    const all = order(7);
    for (let i = 0; i < 60; i += 3) expect(new Set(all.slice(i, i + 3)).size).toBe(KINDS.length);
  });

  it('is drawn from the seed: the same again, another with another', () => {
    expect(order(7)).toEqual(order(7));
    expect(order(7)).not.toEqual(order(8));
    const firsts = new Set(order(7).filter((_, i) => i % 3 === 0));
    expect(firsts.size).toBe(KINDS.length);
  });

  it('gives each run a schedule of its own, which a run that is made again keeps', () => {
    const seeds = Array.from({ length: 60 }, (_, index) => seedOfRun(index, 7));
    expect(new Set(seeds).size).toBe(60);
    expect(seedOfRun(3, 7)).toBe(seeds[3]);
    expect(seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true);
  });
});

describe('a run', () => {
  it('of A/A plants nothing and has the design for the smaller difference', () => {
    expect(iterationsOf(PLAN, { kind: 'a-a' })).toBe(0);
    expect(designOf(PLAN, { kind: 'a-a' })).toBe(PLAN.designs['plus-5']);
    expect(iterationsOf(PLAN, { kind: 'plus-10' })).toBe(4_000);
    expect(designOf(PLAN, { kind: 'plus-10' })).toBe(PLAN.designs['plus-10']);
  });
});

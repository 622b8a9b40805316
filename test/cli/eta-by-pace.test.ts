import { expect, test } from 'vitest';
import { etaByPace } from '../../src/cli/demo/eta-by-pace.ts';

function at(start: number) {
  const clock = { ms: start };
  return { clock, eta: etaByPace({ trials: 8, estimated_s: 320 }, () => clock.ms) };
}

test('Before the first trial it is the estimate, and goes down with it', () => {
  const { clock, eta } = at(5_000);
  expect(eta.left(0)).toBe(320);
  eta.started();
  clock.ms += 30_000;
  expect(eta.left(0)).toBe(290);
  clock.ms += 30_000;
  expect(eta.left(0)).toBe(280);
});

test('It follows the pace of the trials that have ended, and does not grow within one', () => {
  const { clock, eta } = at(0);
  eta.started();
  clock.ms = 50_000;
  eta.ended(1);
  expect(eta.left(1)).toBe(350);
  eta.started();
  const seen: number[] = [];
  for (let s = 0; s <= 80; s += 10) {
    clock.ms = 50_000 + s * 1000;
    seen.push(eta.left(1));
  }
  expect(seen).toEqual([350, 340, 330, 320, 310, 300, 300, 300, 300]);
});

test('A rerun is time, and no trial', () => {
  const { clock, eta } = at(0);
  eta.started();
  clock.ms = 40_000;
  eta.ended(1);
  eta.started();
  clock.ms = 80_000;
  eta.ended(1);
  expect(eta.left(1)).toBe(560);
});

test('When all are done nothing is left', () => {
  const { eta } = at(0);
  eta.started();
  eta.ended(8);
  expect(eta.left(8)).toBe(0);
});

import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { connectionsModel } from '../../src/load/model-connections.ts';
import { drawResidualS, drawThinkS, usersModel } from '../../src/load/model-users.ts';
import { WHOLE } from '../../src/load/share.ts';

const DRAWS = 200_000;

function mean(draw: () => number): number {
  let sum = 0;
  for (let i = 0; i < DRAWS; i += 1) sum += draw();
  return sum / DRAWS;
}

describe('think times', () => {
  // Means of the residual: E[T²] / 2E[T] (renewal theory). Uniform 1–2: (7/3)/(2·1.5) = 7/9; constant s: s/2; exponential m: m.
  test.each([
    [{ kind: 'constant', s: 2 } as const, 2, 1],
    [{ kind: 'uniform', lo_s: 1, hi_s: 2 } as const, 1.5, 7 / 9],
    [{ kind: 'exponential', mean_s: 0.5 } as const, 0.5, 0.5],
  ])('%o has its mean, and its residual the stationary one', (think, expected, residual) => {
    const random = seededRandom(7);
    expect(mean(() => drawThinkS(think, random)) / expected).toBeCloseTo(1, 2);
    expect(mean(() => drawResidualS(think, random)) / residual).toBeCloseTo(1, 2);
  });
});

describe('the users model', () => {
  const model = {
    kind: 'users',
    users: 20,
    think_time: { kind: 'uniform', lo_s: 1, hi_s: 2 },
    ramp_users_per_s: 10,
  } as const;

  test('lets the last user arrive at users / ramp', () => {
    const users = usersModel(model, 1, WHOLE);
    expect([users.arrivalMs(0), users.arrivalMs(19), users.rampMs]).toEqual([100, 2000, 2000]);
  });

  test('gives each user the same think times for the same seed, whatever the others do', () => {
    const a = usersModel(model, 1, WHOLE);
    const b = usersModel(model, 1, WHOLE);
    const other = usersModel(model, 2, WHOLE);
    a.firstPauseMs(3);
    a.pauseMs(4);
    b.firstPauseMs(3);
    expect(a.pauseMs(3)).toBe(b.pauseMs(3));
    other.firstPauseMs(3);
    expect(other.pauseMs(3)).not.toBe(a.pauseMs(3));
  });
});

describe('the connections model', () => {
  test('never pauses, and its ramp ends when its connections are there', () => {
    const model = connectionsModel({ kind: 'connections', connections: 5 }, WHOLE);
    expect([model.slots, model.rampMs, model.firstPauseMs(0), model.pauseMs(0)]).toEqual([5, null, 0, 0]);
  });
});

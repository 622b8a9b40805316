import type { ModelOf } from '../core/load-plan.ts';
import { type Random, seededRandom } from '../core/random.ts';
import type { ClosedModel } from './closed-model.ts';
import { dealt, type Share } from './share.ts';

type UsersModel = ModelOf<'users'>;
type ThinkTime = UsersModel['think_time'];

/** One think time in seconds. */
export function drawThinkS(think: ThinkTime, random: Random): number {
  if (think.kind === 'constant') return think.s;
  if (think.kind === 'uniform') return think.lo_s + random() * (think.hi_s - think.lo_s);
  return -think.mean_s * Math.log(1 - random());
}

/**
 * What is left of a think time that began before the user arrived, in seconds: the stationary residual, with density
 * P(T > t) / E[T] (renewal theory; Cox, Renewal Theory, 1962, §5). Drawn as a uniform part of a length-biased think time.
 * Without it all users who arrive together also send together.
 */
export function drawResidualS(think: ThinkTime, random: Random): number {
  if (think.kind === 'constant') return random() * think.s;
  if (think.kind === 'exponential') return drawThinkS(think, random);
  const lengthBiased = Math.sqrt(think.lo_s ** 2 + random() * (think.hi_s ** 2 - think.lo_s ** 2));
  return random() * lengthBiased;
}

/** Closed, users: think, ask, wait for the answer, think. Users arrive one by one; the last at users / ramp. */
export function usersModel(model: UsersModel, seed: number, share: Share): ClosedModel {
  const slots = dealt(model.users, share);
  const number = (slot: number): number => slot * share.threads + share.thread;
  // One stream per user: the k-th pause of a user is the same whatever the server answers and however fast.
  const streams = Array.from({ length: slots }, (_, slot) => seededRandom(seed, 'think', String(number(slot))));
  const stream = (slot: number): Random => streams[slot] as Random;
  const think = model.think_time;
  return {
    slots,
    number,
    arrivalMs: (slot) => ((number(slot) + 1) / model.ramp_users_per_s) * 1000,
    rampMs: (model.users / model.ramp_users_per_s) * 1000,
    firstPauseMs: (slot) => drawResidualS(think, stream(slot)) * 1000,
    pauseMs: (slot) => drawThinkS(think, stream(slot)) * 1000,
    thinks: !(think.kind === 'constant' && think.s === 0),
  };
}

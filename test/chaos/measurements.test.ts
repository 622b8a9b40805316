import { describe, expect, it } from 'vitest';
import { againWithoutCause, measurementsIn, notKept, type Observed } from './measurements.ts';

const TRIAL = { cell: 'steady.w1.c1', block: 1, run: 1 };
const NAME = '1/1/1/steady.w1.c1';
const ended: Observed = { type: 'runner-ended' };
const spooled: Observed = { type: 'spooled', ...TRIAL };
const measured = (digest: string): Observed => ({ type: 'measured', ...TRIAL, digest });
const claimed = (generation = 1): Observed => ({
  type: 'job-claimed',
  job_id: 'job_1',
  experiment_id: 'exp_1',
  attempt: 1,
  generation,
});
const again = (...observed: Observed[]): string[] => againWithoutCause(measurementsIn(observed));

describe('a trial that is measured twice', () => {
  it('is a finding when its result was in the spool of the runner that was killed', () => {
    expect(again(claimed(), measured('a'), spooled, ended, claimed(), measured('b'), spooled)).toEqual([
      `${NAME} was measured again though its result was in the spool`,
    ]);
  });

  it('is none when its runner was killed before the disk had the result', () => {
    expect(again(claimed(), measured('a'), ended, claimed(), measured('b'), spooled)).toEqual([]);
  });

  it('is a finding when no runner was killed', () => {
    expect(again(claimed(), measured('a'), measured('b'), spooled)).toEqual([
      `${NAME} was measured again though its runner had not ended`,
    ]);
  });

  it('is none in the next generation, in another run or in another experiment', () => {
    const other: Observed = { ...claimed(), experiment_id: 'exp_2' } as Observed;
    const rerun: Observed = { type: 'measured', ...TRIAL, run: 2, digest: 'c' };
    expect(
      again(claimed(), measured('a'), spooled, rerun, claimed(2), measured('b'), spooled, other, measured('d')),
    ).toEqual([]);
  });
});

describe('what is stored', () => {
  const stored = { generation: 1, ...TRIAL, digest: 'b' };
  const found = (observed: Observed[], trials: (typeof stored)[], isWhole = true): string[] =>
    notKept(measurementsIn(observed), trials, isWhole);

  it('is right as the bytes that were measured last for that very trial', () => {
    expect(found([claimed(), measured('a'), ended, claimed(), measured('b'), spooled], [stored])).toEqual([]);
  });

  it('is wrong as bytes that were measured for another trial, or not last, or never', () => {
    const elsewhere: Observed = { type: 'measured', ...TRIAL, block: 2, digest: 'b' };
    expect(found([claimed(), measured('a'), elsewhere], [stored])).toEqual([
      `${NAME} has not the digest that was measured last`,
    ]);
    expect(found([claimed(), measured('b'), ended, claimed(), measured('a')], [stored])).toHaveLength(1);
    expect(found([claimed()], [stored])).toEqual([`${NAME} is stored, and no runner measured it`]);
  });

  it('lacks what was in the spool, once the job has ended with all its trials', () => {
    const observed = [claimed(), measured('a'), spooled];
    expect(found(observed, [])).toEqual([`${NAME} was in the spool and is not stored`]);
    expect(found(observed, [], false)).toEqual([]);
  });
});

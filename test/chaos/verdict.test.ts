import { describe, expect, it } from 'vitest';
import { EXIT, verdictOn } from './verdict.ts';

describe('the end of a chaos run', () => {
  it('is good only with nothing lost, no pair missing and all faults done', () => {
    expect(verdictOn({ bad: 0, pairs: [], faults: 0 })).toEqual({ code: EXIT.good, missing: [] });
  });

  it('tells that there is more to do when a pair or faults are missing, and what', () => {
    expect(verdictOn({ bad: 0, pairs: ['cut api × queued (3)'], faults: 0 })).toEqual({
      code: EXIT.moreToDo,
      missing: ['too few of: cut api × queued (3)'],
    });
    expect(verdictOn({ bad: 0, pairs: [], faults: 12 })).toEqual({
      code: EXIT.moreToDo,
      missing: ['12 more faults in all are wanted'],
    });
  });

  it('tells of a loss before anything else', () => {
    expect(verdictOn({ bad: 1, pairs: ['cut api × queued (3)'], faults: 12 }).code).toBe(EXIT.loss);
  });
});

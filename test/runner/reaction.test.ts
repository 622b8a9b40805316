import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { Backoff, LONGEST_ASKED_S } from '../../src/runner/backoff.ts';
import { reactionTo } from '../../src/runner/reaction.ts';
import { ServiceProblem } from '../../src/runner/service-problem.ts';

const of = (status: number | null, code: string | null) =>
  reactionTo(new ServiceProblem({ status, code, detail: 'as the test says' }));

describe('the reaction to a problem', () => {
  it.each([
    ['lease-lost', 409, 'abandon'],
    ['job-gone', 410, 'abandon'],
    ['result-conflict', 409, 'conflict'],
    ['trials-missing', 409, 'missing'],
    ['runner-busy', 409, 'busy'],
    ['digest-mismatch', 400, 'resend'],
    ['body-too-large', 413, 'bug'],
    ['unsupported-media-type', 415, 'bug'],
    ['session-superseded', 409, 'stop'],
    ['runner-outdated', 426, 'stop'],
    ['unauthorized', 401, 'stop'],
    ['internal', 500, 'retry'],
    ['database-unavailable', 503, 'retry'],
  ])('%s follows from the code, whatever the status', (code, status, expected) => {
    expect(ERROR_CODES).toContain(code);
    expect(of(status, code)).toBe(expected);
    expect(of(418, code)).toBe(expected);
  });

  it.each([
    [400, 'bug'],
    [401, 'stop'],
    [403, 'stop'],
    [408, 'retry'],
    [422, 'bug'],
    [425, 'retry'],
    [426, 'stop'],
    [429, 'retry'],
    [502, 'retry'],
    [200, 'retry'],
    [null, 'retry'],
  ])('without a known code follows from the status: %s %s', (status, expected) => {
    expect(of(status, null)).toBe(expected);
    expect(of(status, 'unheard-of')).toBe(expected);
  });
});

describe('the pauses between attempts', () => {
  it('double from 0.5 s to 30 s, are drawn from the whole span, and begin anew', () => {
    const longest = new Backoff(() => 1);
    expect(Array.from({ length: 8 }, () => longest.nextS(null))).toEqual([0.5, 1, 2, 4, 8, 16, 30, 30]);
    longest.reset();
    expect(longest.nextS(null)).toBe(0.5);
    expect(new Backoff(() => 0).nextS(null)).toBe(0);
  });

  it('are never shorter than the service asked for', () => {
    expect(new Backoff(() => 1).nextS(7)).toBe(7);
    expect(new Backoff(() => 0).nextS(7)).toBe(7);
  });

  it.each([86_400, 3_000_000])('are not as long as a proxy says that wants to be asked again in %i s', (asked) => {
    expect(new Backoff(() => 1).nextS(asked)).toBe(LONGEST_ASKED_S);
    // What a timer can hold.
    expect(LONGEST_ASKED_S * 1000).toBeLessThan(2 ** 31);
  });
});

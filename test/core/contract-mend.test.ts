import { describe, expect, it } from 'vitest';
import type { ContractRequest } from '../../src/core/contract.ts';
import { checkAnswer } from '../../src/core/contract-answer.ts';
import { howToMend } from '../../src/core/contract-mend.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function mendOf(
  expectation: ContractRequest['expect'],
  status: number,
  body = '',
  headers: Record<string, string> = {},
): string {
  const step = { request: 'GET /x', expect: expectation };
  const { difference } = checkAnswer(step, { status, body, headers }, {});
  if (difference === null) throw new Error('a mismatch was expected');
  return howToMend(step, difference);
}

describe('what is to be done about an answer', () => {
  it.each([
    [{ status: 200 }, 404, /^Add GET \/x to the application/],
    [{ status: 200 }, 500, /its own output, or its log, says why/],
    [{ status: 200 }, 307, /instead of redirecting/],
    [{ status: 404 }, 200, /Answer 404 for what is not there/],
    [{ status: 200 }, 405, /^Add GET \/x to the application: it knows the path, not the method\.$/],
    [{ status: 405 }, 404, /^Add GET \/x/],
    [{ status: 405 }, 400, /with the header Allow/],
    [{ status: 422 }, 200, /answer 422 to what breaks the rules/],
    [{ status: 201 }, 200, /Answer 201 where something was created/],
    [{ status: 418 }, 200, /^Answer this request with status 418\.$/],
  ])('%j, when it was %i', (expectation, status, says) => {
    expect(mendOf(expectation, status)).toMatch(says);
  });

  it('depends on what of it differs', () => {
    expect(mendOf({ status: 204, empty: true }, 204, 'x')).toMatch(/without a body/);
    expect(mendOf({ status: 200, json: {} }, 200, '{}', { 'content-type': 'text/plain' })).toMatch(/Content-Type/);
    expect(mendOf({ status: 200, json: {} }, 200, '{', JSON_TYPE)).toMatch(/one whole JSON value/);
    expect(mendOf({ status: 200, json: { a: 1 } }, 200, '{}', JSON_TYPE)).toMatch(
      /Make this value what the contract says/,
    );
    expect(mendOf({ status: 200, headers: { allow: 'GET' } }, 200)).toMatch(/Send this header/);
  });
});

import { expect, it } from 'vitest';
import { type GithubAnswer, githubWaitS } from '../../src/core/github-limit.ts';

const NOW_S = 1_800_000_000;
const answer = (changes: Partial<GithubAnswer>): GithubAnswer => ({
  status: 403,
  retry_after: null,
  remaining: '4999',
  reset: String(NOW_S + 3600),
  text: '{"message":"Resource not accessible by personal access token"}',
  ...changes,
});

it.each([
  ['a refusal for want of rights is no limit', {}, null],
  ['a primary limit lasts until its reset', { remaining: '0', reset: String(NOW_S + 1234) }, 1234],
  ['one whose reset has passed is asked again soon', { remaining: '0', reset: String(NOW_S - 5) }, 1],
  ['a secondary limit says how long itself', { status: 429, retry_after: '17' }, 17],
  ['with 403 too', { retry_after: '30', text: '{"message":"You have exceeded a secondary rate limit."}' }, 30],
  ['one that names no time lasts a minute', { text: '{"message":"You have exceeded a secondary rate limit."}' }, 60],
  ['a 429 that names no time does too', { status: 429 }, 60],
  ['headers that cannot be read are not', { status: 429, retry_after: 'soon', remaining: '0', reset: 'never' }, 60],
  [
    'a comment that came too soon after another, which GitHub calls invalid, waits a minute',
    {
      status: 422,
      text: '{"errors":[{"resource":"IssueComment","message":"was submitted too quickly after another"}]}',
    },
    60,
  ],
  ['what is invalid is none', { status: 422, text: '{"message":"Validation Failed"}' }, null],
  ['an outage is none', { status: 502, retry_after: null }, null],
  ['an unknown repository is none', { status: 404 }, null],
])('%s', (_, changes, wait_s) => {
  expect(githubWaitS(answer(changes), NOW_S)).toBe(wait_s);
});

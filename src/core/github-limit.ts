/** What an answer of GitHub says of its rate limits. Header values as they came; null: the header was not there. */
export interface GithubAnswer {
  readonly status: number;
  readonly retry_after: string | null;
  readonly remaining: string | null;
  /** Unix time, in seconds. */
  readonly reset: string | null;
  readonly text: string;
}

/** GitHub's own advice where a secondary limit names no time. */
const SECONDARY_WAIT_S = 60;

/** Also so refused: what makes content, such as comments, too fast. Not documented. */
const UNPROCESSABLE = 422;

/**
 * Seconds to wait where an answer is a refusal by a rate limit, primary or secondary; null: it is none. A 403 is both: without the
 * right to do it, and too often; only the headers and the text tell which. So is a 422.
 *
 * Source: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function githubWaitS(answer: GithubAnswer, now_s: number): number | null {
  if (answer.status === UNPROCESSABLE) return /submitted too quickly/i.test(answer.text) ? SECONDARY_WAIT_S : null;
  if (answer.status !== 403 && answer.status !== 429) return null;
  const retry_after = wholeNumber(answer.retry_after);
  if (retry_after !== null) return retry_after;
  const reset = wholeNumber(answer.reset);
  if (answer.remaining === '0' && reset !== null) return Math.max(1, reset - now_s);
  return answer.status === 429 || /rate limit|abuse detection/i.test(answer.text) ? SECONDARY_WAIT_S : null;
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** One whole answer as a parser saw it. */
export interface AnswerSeen {
  readonly status: number;
  readonly bodyBytes: number;
  /** CRC-32 of the body. */
  readonly digest: number;
  /** The connection may carry another request. */
  readonly reuse: boolean;
}

/**
 * How it stood after the last whole answer: `idle` all requests are answered and nothing followed; `leftover` bytes followed that no
 * request asked for; `closed` the last answer does not keep the connection, what follows it is nobody's; `waiting` answers are
 * missing and may still come; `ended` the connection ended between two answers; `failed` what came is no answer.
 */
export type Ending = 'idle' | 'leftover' | 'closed' | 'waiting' | 'ended' | 'failed';

export interface Outcome {
  readonly answers: readonly AnswerSeen[];
  readonly ending: Ending;
}

/** "200 (5 bytes, 3610a686, reuse), 404 (0 bytes, 00000000, no reuse), then failed". */
export function outcomeText({ answers, ending }: Outcome): string {
  const seen = answers.map(
    ({ status, bodyBytes, digest, reuse }) =>
      `${status} (${bodyBytes} bytes, ${digest.toString(16).padStart(8, '0')}, ${reuse ? 'reuse' : 'no reuse'})`,
  );
  return [...seen, `then ${ending}`].join(', ');
}

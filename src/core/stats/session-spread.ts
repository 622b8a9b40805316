import { standardDeviation } from './arithmetic.ts';
import { allFinite } from './log-moments.ts';

/** S10: fewer sessions say too little of how much sessions differ; even of 8 the true deviation may be twice theirs. */
export const MIN_SESSIONS = 8;

export type SessionSpread =
  | {
      readonly ok: true;
      /** Standard deviation of ln x from session to session. */
      readonly sd: number;
      readonly n: number;
    }
  | { readonly ok: false; readonly reason: 'too-few' | 'nonpositive' | 'not-finite'; readonly n: number };

/**
 * S10: how much measurement sessions of one series on one host differ. `values`: one geometric mean per session, so that
 * ln of it is that session's mean of ln x; s_session = their standard deviation (n − 1). It holds the spread within
 * sessions too, divided by their repetitions: used beside that spread it is a little too large on average.
 */
export function sessionSpread(values: readonly number[]): SessionSpread {
  const n = values.length;
  if (!allFinite(values)) return { ok: false, reason: 'not-finite', n };
  if (values.some((x) => x <= 0)) return { ok: false, reason: 'nonpositive', n };
  const sd = standardDeviation(values.map((x) => Math.log(x)));
  return n < MIN_SESSIONS || sd === null ? { ok: false, reason: 'too-few', n } : { ok: true, sd, n };
}

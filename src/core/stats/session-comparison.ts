import { ALPHA } from './arithmetic.ts';
import { DEFAULT_MARGIN } from './comparison.ts';
import { judgedEffect, type JudgedEffect } from './effect.ts';
import { allFinite } from './log-moments.ts';
import { welchEffect } from './welch.ts';

export interface SessionComparisonInput {
  /** One value per repetition, measured now. */
  readonly a: readonly number[];
  /** One value per repetition of another session. */
  readonly b: readonly number[];
  readonly better: 'higher' | 'lower';
  /** How much sessions differ: standard deviation of their means of ln x, over `n` sessions. */
  readonly session: { readonly sd: number; readonly n: number };
  readonly margin?: number;
  readonly alpha?: number;
  /** Width of the histogram bucket the values were read from, in their unit. */
  readonly step?: number;
}

export type SessionComparison =
  | ({ readonly ok: true } & JudgedEffect)
  | { readonly ok: false; readonly reason: 'too-few' | 'nonpositive' | 'not-finite' | 'no-spread' };

/**
 * S10: against values of another measurement session. As Welch, and because each of the two sessions is one draw of what
 * differs between sessions, se² gains 2·s²_session; its degrees of freedom are those of the history (n − 1).
 */
export function compareSessions(input: SessionComparisonInput): SessionComparison {
  const { a, b, better, session, margin = DEFAULT_MARGIN, alpha = ALPHA, step = 0 } = input;
  const values = [...a, ...b];
  if (!allFinite(values)) return { ok: false, reason: 'not-finite' };
  if (values.some((x) => x <= 0)) return { ok: false, reason: 'nonpositive' };
  const raw = welchEffect(a, b, step, [{ variance: 2 * session.sd ** 2, df: session.n - 1 }]);
  if (raw === 'too-few') return { ok: false, reason: raw };
  const judged = judgedEffect(raw, { better, margin, alpha });
  return judged === 'no-spread' ? { ok: false, reason: judged } : { ok: true, ...judged };
}

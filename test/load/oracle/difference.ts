import type { OurOutcome } from './our-side.ts';
import type { Outcome } from './outcome.ts';
import type { Method, ParserCase } from './parser-case.ts';

/**
 * `we-refuse`: we call an answer malformed that they take, or still wait for; `they-refuse`: the other way round; `reuse`: the same
 * answer, but one side keeps the connection; `ending`: the same answers, and something else after them; `answer`: anything else.
 */
export type DifferenceKind = 'we-refuse' | 'they-refuse' | 'reuse' | 'ending' | 'answer';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly made: ParserCase;
  readonly ours: OurOutcome;
  readonly theirs: Outcome;
  /** The method of the request whose answer differs; null where bytes follow the last answer. */
  readonly method: Method | null;
  /** The bytes from the beginning of that answer on, and those of the answer before it. */
  readonly text: string;
  readonly previous: string;
}

/** The first thing that is not the same; null: nothing. */
export function differenceOf(made: ParserCase, ours: OurOutcome, theirs: Outcome): Difference | null {
  let at = 0;
  while (at < ours.answers.length && isSame(ours, theirs, at)) at += 1;
  const kind = kindOf(ours, theirs, at);
  if (kind === null) return null;
  const start = ours.starts[at] ?? made.bytes.length;
  return {
    kind,
    made,
    ours,
    theirs,
    method: made.methods[at] ?? null,
    text: made.bytes.slice(start),
    previous: made.bytes.slice(ours.starts[at - 1] ?? start, start),
  };
}

function kindOf(ours: Outcome, theirs: Outcome, at: number): DifferenceKind | null {
  const [a, b] = [ours.answers[at], theirs.answers[at]];
  if (a !== undefined && b !== undefined) return isSameBody(ours, theirs, at) ? 'reuse' : 'answer';
  if (a !== undefined) return theirs.ending === 'failed' ? 'they-refuse' : 'answer';
  if (b !== undefined) return ours.ending === 'failed' ? 'we-refuse' : 'answer';
  if (ours.ending === theirs.ending) return null;
  if (ours.ending === 'failed') return 'we-refuse';
  return theirs.ending === 'failed' ? 'they-refuse' : 'ending';
}

function isSameBody(ours: Outcome, theirs: Outcome, at: number): boolean {
  const [a, b] = [ours.answers[at], theirs.answers[at]];
  return a?.status === b?.status && a?.bodyBytes === b?.bodyBytes && a?.digest === b?.digest;
}

function isSame(ours: Outcome, theirs: Outcome, at: number): boolean {
  return isSameBody(ours, theirs, at) && ours.answers[at]?.reuse === theirs.answers[at]?.reuse;
}

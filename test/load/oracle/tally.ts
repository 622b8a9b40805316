/** A case whose difference nobody has explained, made as small as it could be. */
export interface Unexplained {
  /** Which comparison: llhttp, the client, the reader. */
  readonly against: string;
  /** Number of the case (of a series: of the series). */
  readonly index: number;
  readonly ours: string;
  readonly theirs: string;
  /** The case as JSON. */
  readonly made: string;
}

/** What came of a range of cases. Plain data: it goes from thread to thread. */
export interface Tally {
  /** Inputs: the bytes of a connection, or of one answer of a series, with their cuts. */
  cases: number;
  bytes: number;
  reads: number;
  /** Whole answers on which both agree. */
  answers: number;
  /** Cases in which both refused an answer. */
  refused: number;
  /** Of the cases: answers of a series, read by the engine's reader too. */
  reader: number;
  /** Of the cases: read by undici's client too. */
  client: number;
  /** Time in the parsers alone, the same cases in turn. */
  our_ms: number;
  llhttp_ms: number;
  /** How often each class of meant differences was met. */
  explained: Record<string, number>;
  unexplained: number;
  /** The first of them. */
  examples: Unexplained[];
}

/** As many are made small and printed: more only show the same again. */
export const MOST_EXAMPLES = 5;

export function emptyTally(): Tally {
  return {
    cases: 0,
    bytes: 0,
    reads: 0,
    answers: 0,
    refused: 0,
    reader: 0,
    client: 0,
    our_ms: 0,
    llhttp_ms: 0,
    explained: {},
    unexplained: 0,
    examples: [],
  };
}

const SUMS = [
  'cases',
  'bytes',
  'reads',
  'answers',
  'refused',
  'reader',
  'client',
  'our_ms',
  'llhttp_ms',
  'unexplained',
] as const;

/** Adds `more` to `sum`. */
export function addTally(sum: Tally, more: Tally): void {
  for (const name of SUMS) sum[name] += more[name];
  for (const [name, count] of Object.entries(more.explained)) countExplained(sum, name, count);
  sum.examples.push(...more.examples.slice(0, MOST_EXAMPLES - sum.examples.length));
}

export function countExplained(tally: Tally, name: string, count = 1): void {
  tally.explained[name] = (tally.explained[name] ?? 0) + count;
}

import type { OurSide } from './our-side.ts';
import type { ParserCase } from './parser-case.ts';
import { readerAgrees, type ReaderSeen } from './reader-side.ts';

/** A date in the form that the template lets change, with anything in the places of its letters and digits. */
const DATE = /(\r\ndate: )[^]{3}, [^]{2} [^]{3} [^]{4} [^]{2}:[^]{2}:[^]{2} GMT/i;

/**
 * The template of the last answer lets the places of the date's letters and digits hold anything, so it takes an answer with, say, a
 * NUL there, which a parser refuses. Null: it is not that; with a proper date, parser and reader would still differ.
 */
export function explainReader(made: ParserCase, seen: ReaderSeen, ours: OurSide): string | null {
  const bytes = made.bytes.replace(DATE, '$1Sun, 06 Nov 1994 08:49:37 GMT');
  const outcome = ours.read({ ...made, bytes }, Buffer.from(bytes, 'latin1'));
  return bytes !== made.bytes && readerAgrees(seen, outcome) ? 'other bytes in the places of a date' : null;
}

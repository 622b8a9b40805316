import { WITHHELD_WORDS } from '../withheld-words.ts';

/** Why a check is inconclusive, in words. */
const WORDS: Readonly<Record<string, string>> = {
  ...WITHHELD_WORDS,
  overloaded: 'more was offered than was served, and latency grows for as long as that lasts',
  'interval-spans': 'the interval holds both sides',
  holm: 'the difference does not stand after Holm’s correction for how many were looked for',
  'invalid-cell': 'a cell is invalid',
  'not-run': 'no trial of a cell could be run',
  'load-limited': 'the load set the rate, not the server',
  'no-such-cell': 'there is no such cell',
  'no-usable-trial': 'no trial can be used',
  'no-baseline': 'the series has no baseline',
  'other-host': 'it was measured on another host',
  'one-session-each': 'one session each, and no history of eight that says how much sessions differ',
};

export function gateReasonWords(reason: string | null): string {
  return reason === null ? 'no reason was given' : (WORDS[reason] ?? reason.replaceAll('-', ' '));
}

import { gateSentence } from '../../gate/gate-text.ts';
import { cpuSentence, latencySentence } from './latency.ts';
import { placesOf } from './places.ts';
import { type AnswerFacts, situationsOf } from './situation.ts';
import { endSentence, leftOutSentence, standingSentence } from './standing.ts';
import { throughputText } from './throughput.ts';
import { waitingSentences } from './waiting.ts';

/** More is not read; what does not fit stands in the comparisons. */
const MAX_SENTENCES = 8;

interface Ranked {
  readonly text: string;
  /** 1: never left out. */
  readonly rank: 1 | 2 | 3 | 4;
}

/**
 * The answer in plain words, one sentence an entry, at most eight. Made from verdicts, never from values alone: two
 * deployments differ only where a comparison says so. Deployments go by
 * what the facts call them.
 */
export function answerInWords(facts: AnswerFacts): string[] {
  const situations = situationsOf(facts);
  // The gate is what the experiment was made for, where it has one.
  const end = ranked(1, endSentence(facts), gateSentence(facts.thresholds, facts.verdict));
  const leftOut = ranked(1, leftOutSentence(facts));
  if (situations.length === 0) {
    const none = facts.partial ? 'No trial can be used yet.' : 'No trial can be used, so there is no answer.';
    return [...end, ...ranked(1, none), ...leftOut].map((s) => s.text);
  }
  const placeOf = placesOf(situations);
  const throughput = throughputText(situations, placeOf);
  const sentences = [
    ...end,
    ...ranked(2, ...waitingSentences(situations, placeOf)),
    ...ranked(3, latencySentence(situations)),
    ...ranked(2, ...throughput.main),
    ...ranked(3, ...throughput.others),
    ...ranked(4, cpuSentence(situations)),
    ...leftOut,
    ...ranked(1, standingSentence(facts)),
  ];
  return shortest(sentences).map((s) => s.text);
}

function ranked(rank: Ranked['rank'], ...texts: readonly (string | null)[]): Ranked[] {
  return texts.flatMap((text) => (text === null ? [] : [{ text, rank }]));
}

/** Drops the least important last one until it is short enough. */
function shortest(sentences: readonly Ranked[]): readonly Ranked[] {
  if (sentences.length <= MAX_SENTENCES) return sentences;
  const least = Math.max(...sentences.map((s) => s.rank));
  const drop = sentences.findLastIndex((s) => s.rank === least);
  return shortest(sentences.filter((_, i) => i !== drop));
}
